/*
 * One client after the other, and how long each waits for its first picture.
 *
 *     first --port N --classic REQUEST | --fetch PATH | --get PATH | --play JSON
 *           [--times 200] [--least BYTES] [--gap-us 1000]
 *
 * Each has a connection of its own. It is open (and with --play welcome) before the clock starts: measured is
 * from the request to the last byte of the picture, with --get to the boundary behind it. --least is with
 * --classic what the frame has, exactly. Prints one line of figures, in milliseconds.
 */
#define _GNU_SOURCE
#include "client.h"
#include "speaking.h"
#include "watcher.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM (1 << 18)
#define PATIENCE_S 30

struct options {
  int port;
  enum speech speech;
  const char *request;
  long times, least, gap_us;
};

static void take(int fd, struct watcher *watcher) {
  static char bytes[ROOM];
  ssize_t got = recv(fd, bytes, sizeof bytes, 0);
  if (got == 0) fail("the server closed the connection");
  if (got < 0 && errno != EINTR) die("recv");
  if (got > 0) feed_watcher(watcher, bytes, (size_t)got);
}

static void ask_for_picture(int fd, const struct options *options) {
  char line[1024];
  switch (options->speech) {
    case SPEAKS_WEBSOCKET: say(fd, options->request); return;
    case SPEAKS_FRAMES:
      snprintf(line, sizeof line, "%s\n", options->request);
      ask(fd, line);
      return;
    default: ask_http(fd, options->request);
  }
}

static double measure_once(const struct options *options) {
  struct watcher watcher;
  begin_watching(&watcher, options->speech, (uint64_t)options->least);
  int fd = connect_to(options->port);
  struct timeval patience = {.tv_sec = PATIENCE_S};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0) die("SO_RCVTIMEO");
  if (options->speech == SPEAKS_WEBSOCKET) {
    ask_websocket(fd);
    while (!watcher.is_open) take(fd, &watcher);
  }
  usleep((useconds_t)options->gap_us);
  int64_t asked_ns = now_ns();
  ask_for_picture(fd, options);
  while (watcher.pictures == 0) take(fd, &watcher);
  double waited_ms = (double)(now_ns() - asked_ns) / 1e6;
  close(fd);
  return waited_ms;
}

static int by_value(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static double quantile(const double *sorted, long count, double share) {
  return sorted[(long)((double)(count - 1) * share)];
}

static struct options parse(int count, char **arguments) {
  struct options options = {.times = 200, .least = 1, .gap_us = 1000};
  static const struct option names[] = {
      {"port", 1, NULL, 'p'},  {"classic", 1, NULL, 'c'}, {"fetch", 1, NULL, 'f'}, {"get", 1, NULL, 'g'},
      {"play", 1, NULL, 'y'},  {"times", 1, NULL, 't'},   {"least", 1, NULL, 'l'}, {"gap-us", 1, NULL, 'u'},
      {NULL, 0, NULL, 0}};
  for (int key; (key = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (key) {
      case 'p': options.port = (int)number("port", optarg, 1); break;
      case 'c': options.speech = SPEAKS_FRAMES; options.request = optarg; break;
      case 'f': options.speech = SPEAKS_LENGTH; options.request = optarg; break;
      case 'g': options.speech = SPEAKS_PARTS; options.request = optarg; break;
      case 'y': options.speech = SPEAKS_WEBSOCKET; options.request = optarg; break;
      case 't': options.times = number("times", optarg, 1); break;
      case 'l': options.least = number("least", optarg, 1); break;
      case 'u': options.gap_us = number("gap-us", optarg, 0); break;
      default: exit(2);
    }
  }
  if (options.port == 0 || options.request == NULL) fail("--port and a request are needed");
  return options;
}

int main(int count, char **arguments) {
  struct options options = parse(count, arguments);
  double *waited = calloc((size_t)options.times, sizeof *waited);
  if (waited == NULL) die("calloc");
  for (long i = 0; i < options.times; i++) waited[i] = measure_once(&options);
  qsort(waited, (size_t)options.times, sizeof *waited, by_value);
  printf("{\"times\":%ld,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}\n", options.times,
         quantile(waited, options.times, 0.5), quantile(waited, options.times, 0.99),
         waited[options.times - 1]);
  free(waited);
  return 0;
}
