/*
 * Many clients that fetch one frame after the other over HTTP as fast as they can, in one thread.
 *
 *     fetcher --port N [--movie sw] [--frames 100] [--clients 8]
 *             [--warm-ms 500] [--measure-ms 2000] [--server-pid PID]
 *
 * Each connection is kept, and asks for /sw1.ppm, /sw2.ppm ... in turn, the next one when the whole frame
 * before has come. Frames are discarded in the kernel (MSG_TRUNC), as reader.c does it, and only their bytes
 * are counted. measure.h says what is printed.
 */
#define _GNU_SOURCE
#include "client.h"
#include "measure.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define DISCARD (1 << 20)
#define HEADER_LIMIT 1024 /* of a response; what comes of the frame with it is copied */

struct options {
  int port;
  const char *movie;
  long frames, clients, warm_ms, measure_ms, server_pid;
};

struct client {
  const struct options *options;
  int fd;
  long frame; /* asked for last */
  char header[HEADER_LIMIT + 1];
  size_t header_length;
  uint64_t left; /* bytes of the frame that have not come; 0 while its header is read */
  uint64_t *bytes;
};

static void ask_next(struct client *client) {
  char request[512];
  client->frame = client->frame % client->options->frames + 1;
  client->header_length = 0;
  snprintf(request, sizeof request, "GET /%s%ld.ppm HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
           client->options->movie, client->frame);
  ask(client->fd, request);
}

/* What came, 0 when nothing has. Without a buffer the bytes are discarded. */
static uint64_t receive(int fd, char *buffer, size_t room) {
  static char nowhere[DISCARD];
  ssize_t got = recv(fd, buffer == NULL ? nowhere : buffer, room,
                     MSG_DONTWAIT | (buffer == NULL ? MSG_TRUNC : 0));
  if (got == 0) fail("the server closed a connection");
  if (got < 0 && errno != EAGAIN && errno != EINTR) die("recv");
  return got < 0 ? 0 : (uint64_t)got;
}

/* The length of the frame that follows, whatever else the header says. */
static uint64_t length_of(const char *header) {
  if (strncmp(header, "HTTP/1.1 200 ", 13) != 0) fail("the server answered: %s", header);
  const char *field = strcasestr(header, "\r\ncontent-length:");
  unsigned long long length;
  if (field == NULL || sscanf(field + 17, "%llu", &length) != 1 || length == 0)
    fail("a response without a length: %s", header);
  return length;
}

/* False until the whole header has come. */
static bool take_header(struct client *client) {
  size_t length = client->header_length;
  client->header_length += receive(client->fd, client->header + length, HEADER_LIMIT - length);
  client->header[client->header_length] = '\0';
  const char *end = strstr(client->header, "\r\n\r\n");
  if (end == NULL && client->header_length == HEADER_LIMIT) fail("a header without end");
  if (end == NULL) return false;
  uint64_t begun = client->header_length - (size_t)(end + 4 - client->header);
  client->left = length_of(client->header) - begun;
  *client->bytes += begun;
  return true;
}

static void take(void *about) {
  struct client *client = about;
  if (client->left == 0 && !take_header(client)) return;
  while (client->left > 0) {
    uint64_t got = receive(client->fd, NULL, client->left < DISCARD ? client->left : DISCARD);
    if (got == 0) return;
    client->left -= got;
    *client->bytes += got;
  }
  ask_next(client);
}

static struct options parse(int count, char **arguments) {
  struct options options = {.movie = "sw", .frames = 100, .clients = 8, .warm_ms = 500, .measure_ms = 2000};
  static const struct option names[] = {
      {"port", 1, NULL, 'p'},    {"movie", 1, NULL, 'm'},      {"frames", 1, NULL, 'f'},
      {"clients", 1, NULL, 'c'}, {"warm-ms", 1, NULL, 'w'},    {"measure-ms", 1, NULL, 't'},
      {"server-pid", 1, NULL, 'i'}, {NULL, 0, NULL, 0}};
  for (int key; (key = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (key) {
      case 'p': options.port = (int)number("port", optarg, 1); break;
      case 'm': options.movie = optarg; break;
      case 'f': options.frames = number("frames", optarg, 1); break;
      case 'c': options.clients = number("clients", optarg, 1); break;
      case 'w': options.warm_ms = number("warm-ms", optarg, 0); break;
      case 't': options.measure_ms = number("measure-ms", optarg, 1); break;
      case 'i': options.server_pid = number("server-pid", optarg, 1); break;
      default: exit(2);
    }
  }
  if (options.port == 0) fail("--port is needed");
  return options;
}

int main(int count, char **arguments) {
  struct options options = parse(count, arguments);
  need_descriptors(options.clients);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) die("epoll_create1");
  struct client *clients = calloc((size_t)options.clients, sizeof *clients);
  uint64_t *bytes = calloc((size_t)options.clients, sizeof *bytes);
  if (clients == NULL || bytes == NULL) die("calloc");
  for (long i = 0; i < options.clients; i++) {
    clients[i].options = &options;
    clients[i].fd = connect_to(options.port);
    clients[i].bytes = &bytes[i];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i].fd, &event) != 0) die("epoll_ctl");
    ask_next(&clients[i]);
  }
  measure(&(struct measuring){.epoll = epoll,
                              .take = take,
                              .bytes = bytes,
                              .clients = options.clients,
                              .warm_ms = options.warm_ms,
                              .measure_ms = options.measure_ms,
                              .server_pid = options.server_pid});
  free(bytes);
  free(clients);
  return 0;
}
