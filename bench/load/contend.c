/*
 * Clients of several priorities at once, in one thread, and what each priority received over time.
 *
 *     contend --port N [--host 127.0.0.1] [--warm-ms 2000] [--measure-ms 10000] [--tail-ms 1000]
 *             [--sample-ms 100] [--readers PRIORITY:COUNT:MOVIE]... [--stalled PRIORITY:COUNT:MOVIE]...
 *             [--viewers PRIORITY:COUNT:MOVIE:FPS]...
 *
 * Readers ask for the movie, for ever, and discard what comes in the kernel. Stalled clients ask as they do
 * and never read. Both begin at once. Viewers come when the warm-up is over: they ask for the movie once,
 * tagged, at its rate, with the contract `paced`, and write down when the last byte of each frame was there.
 * When the measured time is over they stop, and take what was on its way and the receipt, while the readers
 * go on for the tail. Samples are of the whole time, also before the viewers and after them.
 *
 * Prints {"state":"measuring"} when the warm-up is over, and one line of figures at the end.
 */
#define _GNU_SOURCE
#include "client.h"
#include "measure.h"
#include "viewer.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define GROUPS 16
#define EVENTS 256
#define DISCARD (1 << 20)
#define RECEIPT_MS 15000 /* how long a receipt may take after the stop: what is on its way comes first */

enum kind { READERS, STALLED, VIEWERS };
static const char *const KINDS[] = {"readers", "stalled", "viewers"};

struct group {
  enum kind kind;
  long priority, count;
  char movie[64], rate[32];
  uint64_t *samples;
  struct client *clients;
};

struct client {
  int fd;
  bool begun; /* its first bytes have been seen to be a frame's */
  struct group *group;
  uint64_t measured; /* bytes received in the measured time */
  struct viewer *viewer;
};

struct contest {
  const char *host;
  int port, epoll;
  long warm_ms, measure_ms, tail_ms, sample_ms;
  long group_count, sample_count;
  struct group groups[GROUPS];
  int64_t start_ns;
  bool is_measuring;
};

static struct contest contest = {
    .host = "127.0.0.1", .warm_ms = 2000, .measure_ms = 10000, .tail_ms = 1000, .sample_ms = 100};

static void start_client(struct client *client) {
  const struct group *group = client->group;
  char request[256];
  if (group->kind == VIEWERS)
    snprintf(request, sizeof request, "v:%ld:start_movie:%s,0,%s,tagged,contract=paced\n", group->priority,
             group->movie, group->rate);
  else
    snprintf(request, sizeof request, "r:%ld:start_movie:%s,1\n", group->priority, group->movie);
  client->fd = connect_at(contest.host, contest.port);
  if (group->kind == VIEWERS) client->viewer = new_viewer(contest.start_ns);
  ask(client->fd, request);
  if (group->kind == STALLED) return;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
  if (epoll_ctl(contest.epoll, EPOLL_CTL_ADD, client->fd, &event) != 0) die("epoll_ctl");
}

static void start_groups(bool are_viewers) {
  for (struct group *group = contest.groups; group < contest.groups + contest.group_count; group++) {
    if ((group->kind == VIEWERS) != are_viewers) continue;
    for (long i = 0; i < group->count; i++) start_client(&group->clients[i]);
  }
}

/* An answer that is no frame is an error line: it is shown, and ends the measurement. */
static void check_beginning(struct client *client) {
  char text[256] = "";
  ssize_t got = recv(client->fd, text, sizeof text - 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 2) return;
  if (text[0] != 'P' || (text[1] != '6' && text[1] != '5')) fail("the server answered: %s", text);
  client->begun = true;
}

static void count(struct client *client, ssize_t bytes) {
  long sample = (long)((now_ns() - contest.start_ns) / 1000000 / contest.sample_ms);
  if (sample < contest.sample_count) client->group->samples[sample] += (uint64_t)bytes;
  if (contest.is_measuring) client->measured += (uint64_t)bytes;
}

static void take(struct client *client) {
  static char bytes[DISCARD];
  bool is_viewer = client->viewer != NULL;
  if (!is_viewer && !client->begun) check_beginning(client);
  ssize_t got = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT | (is_viewer ? 0 : MSG_TRUNC));
  if (got == 0) fail("the server closed a connection");
  if (got < 0 && errno != EAGAIN && errno != EINTR) die("recv");
  if (got <= 0) return;
  count(client, got);
  if (is_viewer) feed_viewer(client->viewer, bytes, (size_t)got);
}

static void take_until(long end_ms) {
  struct epoll_event events[EVENTS];
  for (;;) {
    int64_t left_ns = contest.start_ns + end_ms * 1000000 - now_ns();
    if (left_ns <= 0) return;
    int ready = epoll_wait(contest.epoll, events, EVENTS, (int)(left_ns / 1000000) + 1);
    for (int i = 0; i < ready; i++) take(events[i].data.ptr);
  }
}

static bool all_have_receipts(void) {
  for (struct group *group = contest.groups; group < contest.groups + contest.group_count; group++)
    for (long i = 0; i < group->count; i++)
      if (group->kind == VIEWERS && !group->clients[i].viewer->has_receipt) return false;
  return true;
}

static void stop_viewers(void) {
  for (struct group *group = contest.groups; group < contest.groups + contest.group_count; group++)
    for (long i = 0; i < group->count; i++)
      if (group->kind == VIEWERS) ask(group->clients[i].fd, "v:0:stop_movie\n");
}

static void print_numbers(const char *name, const uint64_t *values, long count) {
  printf("\"%s\":[", name);
  for (long i = 0; i < count; i++) printf("%s%llu", i == 0 ? "" : ",", (unsigned long long)values[i]);
  printf("]");
}

static void print_group(const struct group *group) {
  printf("{\"kind\":\"%s\",\"priority\":%ld,\"movie\":\"%s\",", KINDS[group->kind], group->priority,
         group->movie);
  print_numbers("samples", group->samples, contest.sample_count);
  printf(",\"clients\":[");
  for (long i = 0; i < group->count; i++)
    printf("%s%llu", i == 0 ? "" : ",", (unsigned long long)group->clients[i].measured);
  printf("],\"viewers\":[");
  for (long i = 0; i < group->count && group->kind == VIEWERS; i++) {
    if (i > 0) printf(",");
    print_viewer(group->clients[i].viewer);
  }
  printf("]}");
}

static void run(void) {
  contest.start_ns = now_ns();
  start_groups(false);
  take_until(contest.warm_ms);
  printf("{\"state\":\"measuring\"}\n");
  fflush(stdout);
  contest.is_measuring = true;
  start_groups(true);
  long stop_ms = contest.warm_ms + contest.measure_ms;
  take_until(stop_ms);
  contest.is_measuring = false;
  stop_viewers();
  long end_ms = stop_ms + contest.tail_ms;
  take_until(end_ms);
  for (; end_ms < stop_ms + RECEIPT_MS && !all_have_receipts(); end_ms += contest.sample_ms)
    take_until(end_ms);
  printf("{\"sampleMs\":%ld,\"beganMs\":%ld,\"endedMs\":%ld,\"groups\":[", contest.sample_ms, contest.warm_ms,
         stop_ms);
  for (long i = 0; i < contest.group_count; i++) {
    if (i > 0) printf(",");
    print_group(&contest.groups[i]);
  }
  printf("]}\n");
}

static void add_group(enum kind kind, const char *text) {
  if (contest.group_count == GROUPS) fail("more than %d groups", GROUPS);
  struct group *group = &contest.groups[contest.group_count++];
  group->kind = kind;
  int parts =
      sscanf(text, "%ld:%ld:%63[^:]:%31s", &group->priority, &group->count, group->movie, group->rate);
  if (parts != (kind == VIEWERS ? 4 : 3) || group->count < 1) fail("--%s: \"%s\"", KINDS[kind], text);
  group->clients = calloc((size_t)group->count, sizeof *group->clients);
  if (group->clients == NULL) die("calloc");
  for (long i = 0; i < group->count; i++) group->clients[i].group = group;
}

static void parse(int count, char **arguments) {
  static const struct option names[] = {
      {"host", 1, NULL, 'h'},    {"port", 1, NULL, 'p'},      {"readers", 1, NULL, 'r'},
      {"stalled", 1, NULL, 's'}, {"viewers", 1, NULL, 'v'},   {"warm-ms", 1, NULL, 'w'},
      {"tail-ms", 1, NULL, 'l'}, {"measure-ms", 1, NULL, 't'}, {"sample-ms", 1, NULL, 'i'},
      {NULL, 0, NULL, 0}};
  for (int key; (key = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (key) {
      case 'h': contest.host = optarg; break;
      case 'p': contest.port = (int)number("port", optarg, 1); break;
      case 'r': add_group(READERS, optarg); break;
      case 's': add_group(STALLED, optarg); break;
      case 'v': add_group(VIEWERS, optarg); break;
      case 'w': contest.warm_ms = number("warm-ms", optarg, 1); break;
      case 't': contest.measure_ms = number("measure-ms", optarg, 1); break;
      case 'l': contest.tail_ms = number("tail-ms", optarg, 0); break;
      case 'i': contest.sample_ms = number("sample-ms", optarg, 1); break;
      default: exit(2);
    }
  }
  if (contest.port == 0 || contest.group_count == 0) fail("--port and clients are needed");
}

int main(int count, char **arguments) {
  parse(count, arguments);
  long clients = 0;
  contest.sample_count = (contest.warm_ms + contest.measure_ms + contest.tail_ms) / contest.sample_ms;
  for (long i = 0; i < contest.group_count; i++) {
    clients += contest.groups[i].count;
    contest.groups[i].samples = calloc((size_t)contest.sample_count + 1, sizeof(uint64_t));
    if (contest.groups[i].samples == NULL) die("calloc");
  }
  need_descriptors(clients);
  contest.epoll = epoll_create1(EPOLL_CLOEXEC);
  if (contest.epoll < 0) die("epoll_create1");
  run();
  return 0;
}
