/*
 * Many clients that read as fast as they can, in one thread.
 *
 *     reader --port N [--movie sw] [--priority 3] [--clients 8] [--stalled 0]
 *            [--warm-ms 500] [--measure-ms 2000] [--server-pid PID]
 *
 * Each connection asks for the movie, for ever, and discards what comes in the kernel (MSG_TRUNC): no byte
 * is copied for it, so that the server is what is measured. Stalled clients ask and never read. measure.h
 * says what is printed.
 */
#define _GNU_SOURCE
#include "client.h"
#include "measure.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define DISCARD (1 << 20)

struct client {
  int fd;
  bool begun; /* its first bytes have been seen to be a frame's */
  uint64_t *bytes;
};

struct options {
  int port;
  const char *movie;
  long priority, clients, stalled, warm_ms, measure_ms, server_pid;
};

static int start_client(const struct options *options) {
  char request[512];
  snprintf(request, sizeof request, "b:%ld:start_movie:%s,1\n", options->priority, options->movie);
  int fd = connect_to(options->port);
  ask(fd, request);
  return fd;
}

/* An answer that is no frame is an error line: it is shown, and ends the measurement. */
static void check_beginning(struct client *client) {
  char text[256] = "";
  ssize_t got = recv(client->fd, text, sizeof text - 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 2) return;
  if (text[0] != 'P' || (text[1] != '6' && text[1] != '5')) fail("the server answered: %s", text);
  client->begun = true;
}

static void read_some(void *about) {
  struct client *client = about;
  static char nowhere[DISCARD];
  if (!client->begun) check_beginning(client);
  ssize_t got = recv(client->fd, nowhere, sizeof nowhere, MSG_TRUNC | MSG_DONTWAIT);
  if (got == 0) fail("the server closed a connection");
  if (got < 0 && errno != EAGAIN && errno != EINTR) die("recv");
  if (got > 0) *client->bytes += (uint64_t)got;
}

static struct options parse(int count, char **arguments) {
  struct options options = {
      .movie = "sw", .priority = 3, .clients = 8, .warm_ms = 500, .measure_ms = 2000};
  static const struct option names[] = {
      {"port", 1, NULL, 'p'},    {"movie", 1, NULL, 'm'},      {"priority", 1, NULL, 'r'},
      {"clients", 1, NULL, 'c'}, {"stalled", 1, NULL, 's'},    {"warm-ms", 1, NULL, 'w'},
      {"measure-ms", 1, NULL, 't'}, {"server-pid", 1, NULL, 'i'}, {NULL, 0, NULL, 0}};
  for (int key; (key = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (key) {
      case 'p': options.port = (int)number("port", optarg, 1); break;
      case 'm': options.movie = optarg; break;
      case 'r': options.priority = number("priority", optarg, 0); break;
      case 'c': options.clients = number("clients", optarg, 1); break;
      case 's': options.stalled = number("stalled", optarg, 0); break;
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
  need_descriptors(options.clients + options.stalled);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) die("epoll_create1");
  /* Never closed and never read: the process's end closes them. */
  for (long i = 0; i < options.stalled; i++) start_client(&options);
  struct client *clients = calloc((size_t)options.clients, sizeof *clients);
  uint64_t *bytes = calloc((size_t)options.clients, sizeof *bytes);
  if (clients == NULL || bytes == NULL) die("calloc");
  for (long i = 0; i < options.clients; i++) {
    clients[i] = (struct client){.fd = start_client(&options), .bytes = &bytes[i]};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i].fd, &event) != 0) die("epoll_ctl");
  }
  measure(&(struct measuring){.epoll = epoll,
                              .take = read_some,
                              .bytes = bytes,
                              .clients = options.clients,
                              .warm_ms = options.warm_ms,
                              .measure_ms = options.measure_ms,
                              .server_pid = options.server_pid});
  free(bytes);
  free(clients);
  return 0;
}
