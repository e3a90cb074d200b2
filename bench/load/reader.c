/*
 * Many clients that read as fast as they can, in one thread.
 *
 *     reader --port N [--movie sw] [--priority 3] [--clients 8] [--stalled 0]
 *            [--warm-ms 500] [--measure-ms 2000] [--server-pid PID]
 *
 * Each connection asks for the movie, for ever, and discards what comes in the kernel (MSG_TRUNC): no byte
 * is copied for it, so that the server is what is measured. Stalled clients ask and never read. After the
 * warm-up it prints {"state":"measuring"}; after the measured time, or at SIGTERM, one line of figures. The
 * server's processor time is taken at both ends of the measured time.
 */
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 256
#define DISCARD (1 << 20)

struct client {
  int fd;
  bool begun; /* its first bytes have been seen to be a frame's */
  uint64_t bytes;
};

struct options {
  int port;
  const char *movie;
  long priority, clients, stalled, warm_ms, measure_ms, server_pid;
};

struct reading {
  int64_t start_ns;
  double server_cpu, own_cpu;
};

static volatile sig_atomic_t told_to_end;

static void end_soon(int signal) {
  (void)signal;
  told_to_end = 1;
}

/* Seconds of processor time of all the server's threads, user and system; 0 when no process was named. */
static double server_cpu(long pid) {
  if (pid == 0) return 0;
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  FILE *file = fopen(path, "r");
  if (file == NULL) die(path);
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  unsigned long user, system;
  /* The name in parentheses may contain anything: fields are counted from the last parenthesis. */
  char *rest = strrchr(text, ')');
  static const char fields[] = " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu";
  if (rest == NULL || sscanf(rest + 1, fields, &user, &system) != 2)
    fail("%s: not understood", path);
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double own_cpu(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static struct reading take_reading(const struct options *options) {
  return (struct reading){now_ns(), server_cpu(options->server_pid), own_cpu()};
}

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

static void read_some(struct client *client) {
  static char nowhere[DISCARD];
  if (!client->begun) check_beginning(client);
  ssize_t got = recv(client->fd, nowhere, sizeof nowhere, MSG_TRUNC | MSG_DONTWAIT);
  if (got == 0) fail("the server closed a connection");
  if (got < 0 && errno != EAGAIN && errno != EINTR) die("recv");
  if (got > 0) client->bytes += (uint64_t)got;
}

static void read_until(int epoll, int64_t end_ns) {
  struct epoll_event events[EVENTS];
  while (!told_to_end) {
    int64_t left_ns = end_ns - now_ns();
    if (left_ns <= 0) return;
    int ready = epoll_wait(epoll, events, EVENTS, (int)(left_ns / 1000000) + 1);
    for (int i = 0; i < ready; i++) read_some(events[i].data.ptr);
  }
}

static void report(const struct options *options, const struct client *clients, const struct reading *start) {
  struct reading end = take_reading(options);
  printf("{\"seconds\":%.6f,\"serverCpuSeconds\":%.3f,\"readerCpuSeconds\":%.3f,\"clients\":[",
         (double)(end.start_ns - start->start_ns) / 1e9, end.server_cpu - start->server_cpu,
         end.own_cpu - start->own_cpu);
  for (long i = 0; i < options->clients; i++)
    printf("%s%llu", i == 0 ? "" : ",", (unsigned long long)clients[i].bytes);
  printf("]}\n");
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
  struct sigaction action = {.sa_handler = end_soon};
  sigaction(SIGTERM, &action, NULL);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) die("epoll_create1");
  /* Never closed and never read: the process's end closes them. */
  for (long i = 0; i < options.stalled; i++) start_client(&options);
  struct client *clients = calloc((size_t)options.clients, sizeof *clients);
  if (clients == NULL) die("calloc");
  for (long i = 0; i < options.clients; i++) {
    clients[i].fd = start_client(&options);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i].fd, &event) != 0) die("epoll_ctl");
  }
  read_until(epoll, now_ns() + options.warm_ms * 1000000);
  for (long i = 0; i < options.clients; i++) clients[i].bytes = 0;
  struct reading start = take_reading(&options);
  printf("{\"state\":\"measuring\"}\n");
  fflush(stdout);
  read_until(epoll, start.start_ns + options.measure_ms * 1000000);
  report(&options, clients, &start);
  free(clients);
  return 0;
}
