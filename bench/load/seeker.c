/*
 * One client that seeks, and measures from its request to the first and to the last byte of the frame.
 *
 *     seeker --port N [--movie sw] [--frames 100] [--priority 0]
 *            [--seeks 1000] [--warm 100] [--gap-us 1000] [--seed 1]
 *
 * Each seek plays exactly one frame (from = to = the frame), tagged, so that the answer is one line, one
 * frame and an END line, and nothing of the seek before can be taken for it. The frame's number is checked
 * twice: in the line, and in the comment of the frame's own header ("# frame 57 ..."), which the bench's
 * movie has. Between seeks the client rests for a random time around the gap, so that it does not fall into
 * step with the server's turns.
 */
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#define BUFFER (1 << 18)
#define TIMEOUT_S 10
#define HEADER 32 /* enough of a frame to hold its number */

struct options {
  int port;
  const char *movie;
  long frames, priority, seeks, warm, gap_us, seed;
};

/* What has come and is not yet used: buffer[start..end). */
struct input {
  int fd;
  char buffer[BUFFER];
  size_t start, end;
  int64_t came_ns; /* when the last bytes came */
};

static void receive(struct input *input) {
  if (input->start == input->end) input->start = input->end = 0;
  if (input->end == BUFFER) {
    memmove(input->buffer, input->buffer + input->start, input->end - input->start);
    input->end -= input->start;
    input->start = 0;
  }
  ssize_t got = recv(input->fd, input->buffer + input->end, BUFFER - input->end, 0);
  input->came_ns = now_ns();
  if (got == 0) fail("the server closed the connection");
  if (got < 0) fail("no answer within %d s: %s", TIMEOUT_S, strerror(errno));
  input->end += (size_t)got;
}

/* The next line, without its end. */
static char *next_line(struct input *input) {
  for (;;) {
    char *start = input->buffer + input->start;
    char *end = memchr(start, '\n', input->end - input->start);
    if (end != NULL) {
      *end = '\0';
      input->start += (size_t)(end - start) + 1;
      return start;
    }
    if (input->end - input->start == BUFFER) fail("a line without end");
    receive(input);
  }
}

static void need(struct input *input, size_t bytes) {
  while (input->end - input->start < bytes) receive(input);
}

static void skip(struct input *input, size_t bytes) {
  while (bytes > 0) {
    if (input->start == input->end) receive(input);
    size_t here = input->end - input->start;
    if (here > bytes) here = bytes;
    input->start += here;
    bytes -= here;
  }
}

static void check_header(const char *frame, long asked) {
  char header[HEADER + 1] = "";
  memcpy(header, frame, HEADER);
  long found;
  if (sscanf(header, "P6\n# frame %ld ", &found) != 1) fail("a frame without the bench's header");
  if (found != asked) fail("asked for frame %ld, got the picture of %ld", asked, found);
}

/* Milliseconds from the request to the first and the last byte of the frame. */
struct delay {
  double first, last;
};

static struct delay seek(struct input *input, const struct options *options, long frame) {
  char request[512];
  snprintf(request, sizeof request, "s:%ld:seek_movie:%s,%ld:tagged:from=%ld:to=%ld\n", options->priority,
           options->movie, frame, frame, frame);
  int64_t asked_ns = now_ns();
  ask(input->fd, request);
  char *line = next_line(input);
  long number;
  size_t bytes;
  /* worker connection epoch message frame bytes flags request */
  if (sscanf(line, "%*u %*u %*u %*u %ld %zu", &number, &bytes) != 2) fail("not a frame's line: %s", line);
  if (number != frame) fail("asked for frame %ld, got %ld", frame, number);
  need(input, 1);
  int64_t answered_ns = input->came_ns;
  need(input, HEADER);
  check_header(input->buffer + input->start, frame);
  skip(input, bytes);
  int64_t whole_ns = input->came_ns;
  line = next_line(input);
  if (strncmp(line, "END ", 4) != 0) fail("not the epoch's end: %s", line);
  return (struct delay){(double)(answered_ns - asked_ns) / 1e6, (double)(whole_ns - asked_ns) / 1e6};
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t random_next(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static void rest(const struct options *options, uint64_t *state) {
  if (options->gap_us == 0) return;
  long long ns = (500 + (long long)(random_next(state) % 1000)) * options->gap_us;
  struct timespec time = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
  nanosleep(&time, NULL);
}

static int compare(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* The nearest rank: the smallest value that at least `share` of all do not exceed. */
static double quantile(const double *sorted, long count, double share) {
  long rank = (long)(share * (double)count);
  if ((double)rank < share * (double)count) rank++;
  return sorted[rank > 0 ? rank - 1 : 0];
}

static struct options parse(int count, char **arguments) {
  struct options options = {
      .movie = "sw", .frames = 100, .priority = 0, .seeks = 1000, .warm = 100, .gap_us = 1000, .seed = 1};
  static const struct option names[] = {
      {"port", 1, NULL, 'p'},  {"movie", 1, NULL, 'm'}, {"frames", 1, NULL, 'f'}, {"priority", 1, NULL, 'r'},
      {"seeks", 1, NULL, 'n'}, {"warm", 1, NULL, 'w'},  {"gap-us", 1, NULL, 'g'}, {"seed", 1, NULL, 's'},
      {NULL, 0, NULL, 0}};
  for (int key; (key = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (key) {
      case 'p': options.port = (int)number("port", optarg, 1); break;
      case 'm': options.movie = optarg; break;
      case 'f': options.frames = number("frames", optarg, 1); break;
      case 'r': options.priority = number("priority", optarg, 0); break;
      case 'n': options.seeks = number("seeks", optarg, 1); break;
      case 'w': options.warm = number("warm", optarg, 0); break;
      case 'g': options.gap_us = number("gap-us", optarg, 0); break;
      case 's': options.seed = number("seed", optarg, 0); break;
      default: exit(2);
    }
  }
  if (options.port == 0) fail("--port is needed");
  return options;
}

static void print_delays(double *delays, long count) {
  qsort(delays, (size_t)count, sizeof *delays, compare);
  printf("\"p50\":%.4f,\"p90\":%.4f,\"p99\":%.4f,\"max\":%.4f", quantile(delays, count, 0.5),
         quantile(delays, count, 0.9), quantile(delays, count, 0.99), delays[count - 1]);
}

int main(int count, char **arguments) {
  struct options options = parse(count, arguments);
  uint64_t state = (uint64_t)options.seed;
  static struct input input;
  double *first = calloc((size_t)options.seeks, sizeof *first);
  double *last = calloc((size_t)options.seeks, sizeof *last);
  if (first == NULL || last == NULL) die("calloc");
  input.fd = connect_to(options.port);
  struct timeval timeout = {.tv_sec = TIMEOUT_S};
  setsockopt(input.fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  for (long i = -options.warm; i < options.seeks; i++) {
    long frame = 1 + (long)(random_next(&state) % (uint64_t)options.frames);
    struct delay delay = seek(&input, &options, frame);
    if (i >= 0) {
      first[i] = delay.first;
      last[i] = delay.last;
    }
    rest(&options, &state);
  }
  printf("{\"seeks\":%ld,", options.seeks);
  print_delays(first, options.seeks);
  printf(",\"lastByte\":{");
  print_delays(last, options.seeks);
  printf("}}\n");
  free(first);
  free(last);
  return 0;
}
