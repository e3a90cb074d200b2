#define _GNU_SOURCE
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void die(const char *what) {
  perror(what);
  exit(1);
}

void usage(const char *how) {
  fprintf(stderr, "usage: %s\n", how);
  exit(2);
}

bool frame_load(struct frame *frame, const char *folder, const char *name, size_t number) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s%zu.ppm", folder, name, number);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat status;
  if (fstat(fd, &status) != 0 || status.st_size == 0) die(path);
  frame->length = (size_t)status.st_size;
  frame->bytes = malloc(frame->length);
  if (frame->bytes == NULL) die("malloc");
  if (read(fd, frame->bytes, frame->length) != status.st_size) die(path);
  close(fd);
  return true;
}

void movie_load(struct movie *movie, const char *folder, const char *name) {
  *movie = (struct movie){.name = name};
  for (;;) {
    struct frame frame;
    if (!frame_load(&frame, folder, name, movie->count + 1)) break;
    movie->frames = realloc(movie->frames, (movie->count + 1) * sizeof frame);
    if (movie->frames == NULL) die("realloc");
    movie->frames[movie->count++] = frame;
  }
  if (movie->count == 0) die("the movie's first frame");
}

void movie_free(struct movie *movie) {
  for (size_t i = 0; i < movie->count; i++) free(movie->frames[i].bytes);
  free(movie->frames);
}

int listen_on(const char *port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) die("socket");
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* accepted sockets inherit it */
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) die("bind");
  if (listen(fd, SOMAXCONN) != 0) die("listen");
  return fd;
}

enum line_state line_read(struct line *line, int fd) {
  size_t room = LINE_LIMIT - 1 - line->length;
  ssize_t got = recv(fd, line->text + line->length, room, MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? LINE_PARTIAL : LINE_BROKEN;
  char *end = memchr(line->text + line->length, '\n', (size_t)got);
  line->length += (size_t)got;
  if (end != NULL) line->length = (size_t)(end - line->text);
  line->text[line->length] = '\0';
  if (end != NULL) return LINE_COMPLETE;
  return got == 0 || line->length == LINE_LIMIT - 1 ? LINE_BROKEN : LINE_PARTIAL;
}

bool request_parse(const struct line *line, const struct movie *movie, struct request *request) {
  static const char command[] = "start_movie:";
  const char *colon = strchr(line->text, ':');
  if (colon == NULL) return false;
  char *rest;
  request->priority = strtol(colon + 1, &rest, 10);
  if (rest == colon + 1 || *rest++ != ':') return false;
  if (strncmp(rest, command, sizeof command - 1) != 0) return false;
  rest += sizeof command - 1;
  size_t length = strlen(movie->name);
  if (strncmp(rest, movie->name, length) != 0) return false;
  rest += length;
  request->repeat = strcmp(rest, ",1") == 0;
  return request->repeat || *rest == '\0' || strcmp(rest, ",0") == 0;
}

int termination_fd(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  signal(SIGPIPE, SIG_IGN);
  /* Before any thread starts, so that all inherit the mask. */
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) die("sigprocmask");
  int fd = signalfd(-1, &set, SFD_CLOEXEC);
  if (fd < 0) die("signalfd");
  return fd;
}
