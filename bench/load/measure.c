#define _GNU_SOURCE
#include "measure.h"

#include "client.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define EVENTS 256
#define OTHER_DESCRIPTORS 16 /* standard input and output, epoll, what is read from /proc */

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

static struct reading take_reading(const struct measuring *measuring) {
  return (struct reading){now_ns(), server_cpu(measuring->server_pid), own_cpu()};
}

static void take_until(const struct measuring *measuring, int64_t end_ns) {
  struct epoll_event events[EVENTS];
  while (!told_to_end) {
    int64_t left_ns = end_ns - now_ns();
    if (left_ns <= 0) return;
    int ready = epoll_wait(measuring->epoll, events, EVENTS, (int)(left_ns / 1000000) + 1);
    for (int i = 0; i < ready; i++) measuring->take(events[i].data.ptr);
  }
}

static void report(const struct measuring *measuring, const struct reading *start) {
  struct reading end = take_reading(measuring);
  printf("{\"seconds\":%.6f,\"serverCpuSeconds\":%.3f,\"readerCpuSeconds\":%.3f,\"clients\":[",
         (double)(end.start_ns - start->start_ns) / 1e9, end.server_cpu - start->server_cpu,
         end.own_cpu - start->own_cpu);
  for (long i = 0; i < measuring->clients; i++)
    printf("%s%llu", i == 0 ? "" : ",", (unsigned long long)measuring->bytes[i]);
  printf("]}\n");
}

void measure(const struct measuring *measuring) {
  struct sigaction action = {.sa_handler = end_soon};
  sigaction(SIGTERM, &action, NULL);
  take_until(measuring, now_ns() + measuring->warm_ms * 1000000);
  memset(measuring->bytes, 0, (size_t)measuring->clients * sizeof *measuring->bytes);
  struct reading start = take_reading(measuring);
  if (measuring->begin != NULL) measuring->begin(start.start_ns);
  printf("{\"state\":\"measuring\"}\n");
  fflush(stdout);
  take_until(measuring, start.start_ns + measuring->measure_ms * 1000000);
  report(measuring, &start);
}

void need_descriptors(long clients) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) die("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) die("setrlimit");
  if (limit.rlim_max < (rlim_t)clients + OTHER_DESCRIPTORS)
    fail("%ld connections need a higher limit of open files than %llu", clients,
         (unsigned long long)limit.rlim_max);
}
