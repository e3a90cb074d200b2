#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

void die(const char *what) {
  perror(what);
  exit(1);
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

/* What an Ethernet and its headers leave, and a buffer for a few segments. */
#define FAR_SEGMENT 1448
#define FAR_BUFFER 32768

#define LOOPBACK "127.0.0.1"

static int new_socket(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

static int connect_socket(int fd, const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) fail("\"%s\" is no IPv4 address", host);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
  return fd;
}

int connect_to(int port) {
  return connect_at(LOOPBACK, port);
}

int connect_at(const char *host, int port) {
  return connect_socket(new_socket(), host, port);
}

int connect_from_afar(int port) {
  int fd = new_socket();
  int segment = FAR_SEGMENT, buffer = FAR_BUFFER;
  if (setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment) != 0) die("TCP_MAXSEG");
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) != 0) die("SO_RCVBUF");
  return connect_socket(fd, LOOPBACK, port);
}

void ask(int fd, const char *text) {
  size_t length = strlen(text);
  /* A request is far smaller than an empty send buffer: a partial send is a fault. */
  if (send(fd, text, length, MSG_NOSIGNAL) != (ssize_t)length) die("send");
}

int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

long number(const char *name, const char *text, long least) {
  char *end;
  long value = strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < least)
    fail("--%s: \"%s\" is not a whole number from %ld", name, text, least);
  return value;
}
