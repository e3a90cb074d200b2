/*
 * Many viewers of one movie at its rate over HTTP or WebSocket, in one thread.
 *
 *     watch --port N --get PATH | --play JSON [--pictures 1] [--least BYTES] [--frames 100]
 *           [--fps 24] [--credit 8] [--clients 8] [--warm-ms 500] [--measure-ms 2000] [--server-pid PID]
 *
 * --get asks for a path of parts (multipart/x-mixed-replace). --play opens a WebSocket, sends the JSON once
 * it is welcome, and grants credit as pictures come. Most of a picture is discarded in the kernel
 * (MSG_TRUNC).
 * With --pictures 0 pictures are not looked for: one request, whose answer is let pass, or one handshake, and
 * then nothing: an idle client.
 *
 * measure.h says what is printed first; a line follows with how many frames came, and when.
 */
#define _GNU_SOURCE
#include "client.h"
#include "measure.h"
#include "speaking.h"
#include "timeline.h"
#include "watcher.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define DISCARD (1 << 20)
#define LOOK 1024         /* bytes taken at once where they have to be looked at */
#define WORTH_DISCARDING LOOK

struct options {
  int port;
  const char *get, *play;
  long pictures, least, frames, credit, clients, warm_ms, measure_ms, server_pid;
  double fps;
};

struct viewer {
  int fd;
  bool has_asked;
  long owed; /* pictures that came since credit was granted last */
  int64_t asked_ns, first_ns;
  uint64_t *bytes;
  struct watcher watcher;
  struct timeline timeline;
};

static struct options options = {.pictures = 1,
                                 .least = 1,
                                 .frames = 100,
                                 .credit = 8,
                                 .clients = 8,
                                 .warm_ms = 500,
                                 .measure_ms = 2000,
                                 .fps = 24};
static struct viewer *viewers;
static struct punctuality all;

static void ask_for_pictures(struct viewer *viewer) {
  viewer->has_asked = true;
  viewer->asked_ns = now_ns();
  if (options.get != NULL) ask_http(viewer->fd, options.get);
  else if (options.pictures > 0) say(viewer->fd, options.play);
}

static void grant(struct viewer *viewer, long pictures) {
  viewer->owed += pictures;
  if (options.get != NULL || viewer->owed < (options.credit + 1) / 2) return;
  char text[128];
  snprintf(text, sizeof text, "{\"type\":\"credit\",\"playback\":1,\"messages\":%ld}", viewer->owed);
  say(viewer->fd, text);
  viewer->owed = 0;
}

static void note_pictures(struct viewer *viewer, long pictures) {
  int64_t now = now_ns();
  if (viewer->first_ns == 0) viewer->first_ns = now;
  note_frame(&viewer->timeline, viewer->watcher.frame, now, &all);
  grant(viewer, pictures);
}

/* False when nothing more is there. */
static bool take_some(struct viewer *viewer) {
  static char bytes[DISCARD];
  struct watcher *watcher = &viewer->watcher;
  uint64_t skip = unseen_bytes(watcher);
  bool is_unseen = skip > WORTH_DISCARDING;
  size_t room = !is_unseen ? LOOK : skip < DISCARD ? skip : DISCARD;
  ssize_t got = recv(viewer->fd, bytes, room, MSG_DONTWAIT | (is_unseen ? MSG_TRUNC : 0));
  if (got == 0) fail("the server closed a connection");
  if (got < 0 && errno != EAGAIN && errno != EINTR) die("recv");
  if (got <= 0) return false;
  *viewer->bytes += (uint64_t)got;
  if (is_unseen) {
    pass_unseen(watcher, (uint64_t)got);
    return (size_t)got == room;
  }
  long pictures = feed_watcher(watcher, bytes, (size_t)got);
  if (pictures > 0) note_pictures(viewer, pictures);
  for (; watcher->pings > 0; watcher->pings--) say_pong(viewer->fd);
  if (watcher->is_open && !viewer->has_asked) ask_for_pictures(viewer);
  return (size_t)got == room;
}

static void take(void *about) {
  while (take_some(about)) continue;
}

static void take_ready(int epoll) {
  struct epoll_event events[64];
  int ready = epoll_wait(epoll, events, 64, 0);
  for (int i = 0; i < ready; i++) take(events[i].data.ptr);
}

static enum speech speech(void) {
  if (options.get == NULL) return SPEAKS_WEBSOCKET;
  return options.pictures > 0 ? SPEAKS_PARTS : SPEAKS_NOTHING;
}

static void start_viewer(struct viewer *viewer, int epoll) {
  begin_watching(&viewer->watcher, speech(), (uint64_t)options.least);
  begin_timeline(&viewer->timeline, (int64_t)(1e9 / options.fps), options.frames);
  viewer->fd = connect_to(options.port);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = viewer};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, viewer->fd, &event) != 0) die("epoll_ctl");
  if (options.get == NULL) ask_websocket(viewer->fd);
  else ask_for_pictures(viewer);
}

static void judge(int64_t start_ns) {
  int64_t end_ns = start_ns + options.measure_ms * 1000000;
  for (long i = 0; i < options.clients; i++) judge_timeline(&viewers[i].timeline, start_ns, end_ns);
}

static void report(void) {
  long due = 0, in_time = 0, waiting = 0;
  for (long i = 0; i < options.clients; i++) {
    due += viewers[i].timeline.judged;
    in_time += viewers[i].timeline.in_time;
    waiting += viewers[i].first_ns == 0;
  }
  printf("{\"due\":%ld,\"inTime\":%ld,\"came\":%ld,\"late\":%ld,\"skipped\":%ld,\"waiting\":%ld,",
         due, in_time, all.came, all.late, all.skipped, waiting);
  printf("\"p50Ms\":%.0f,\"p99Ms\":%.0f,\"worstMs\":%.1f,\"firstMs\":[", lateness_ms(&all, 0.5),
         lateness_ms(&all, 0.99), (double)all.latest_ns / 1e6);
  for (long i = 0; i < options.clients; i++) {
    const struct viewer *viewer = &viewers[i];
    if (i > 0) printf(",");
    if (viewer->first_ns == 0) printf("null");
    else printf("%.1f", (double)(viewer->first_ns - viewer->asked_ns) / 1e6);
  }
  printf("]}\n");
}

static void parse(int count, char **arguments) {
  static const struct option names[] = {
      {"port", 1, NULL, 'p'},    {"get", 1, NULL, 'g'},     {"play", 1, NULL, 'y'},
      {"pictures", 1, NULL, 'n'}, {"least", 1, NULL, 'l'},  {"frames", 1, NULL, 'f'},
      {"fps", 1, NULL, 'r'},     {"credit", 1, NULL, 'e'},  {"clients", 1, NULL, 'c'},
      {"warm-ms", 1, NULL, 'w'}, {"measure-ms", 1, NULL, 't'}, {"server-pid", 1, NULL, 'i'},
      {NULL, 0, NULL, 0}};
  for (int key; (key = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (key) {
      case 'p': options.port = (int)number("port", optarg, 1); break;
      case 'g': options.get = optarg; break;
      case 'y': options.play = optarg; break;
      case 'n': options.pictures = number("pictures", optarg, 0); break;
      case 'l': options.least = number("least", optarg, 1); break;
      case 'f': options.frames = number("frames", optarg, 1); break;
      case 'r': options.fps = atof(optarg); break;
      case 'e': options.credit = number("credit", optarg, 1); break;
      case 'c': options.clients = number("clients", optarg, 1); break;
      case 'w': options.warm_ms = number("warm-ms", optarg, 0); break;
      case 't': options.measure_ms = number("measure-ms", optarg, 1); break;
      case 'i': options.server_pid = number("server-pid", optarg, 1); break;
      default: exit(2);
    }
  }
  if (options.port == 0 || (options.get == NULL) == (options.play == NULL) || options.fps <= 0)
    fail("--port, a rate, and one of --get and --play are needed");
}

int main(int count, char **arguments) {
  parse(count, arguments);
  need_descriptors(options.clients);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) die("epoll_create1");
  viewers = calloc((size_t)options.clients, sizeof *viewers);
  uint64_t *bytes = calloc((size_t)options.clients, sizeof *bytes);
  if (viewers == NULL || bytes == NULL) die("calloc");
  for (long i = 0; i < options.clients; i++) {
    viewers[i].bytes = &bytes[i];
    start_viewer(&viewers[i], epoll);
    take_ready(epoll);
  }
  measure(&(struct measuring){.epoll = epoll,
                              .take = take,
                              .begin = judge,
                              .bytes = bytes,
                              .clients = options.clients,
                              .warm_ms = options.warm_ms,
                              .measure_ms = options.measure_ms,
                              .server_pid = options.server_pid});
  report();
  free(bytes);
  free(viewers);
  return 0;
}
