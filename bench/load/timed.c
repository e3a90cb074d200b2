/*
 * Runs a program to its end, and says what it took.
 *
 *     timed OUTPUT PROGRAM [ARGUMENT...]
 *
 * The program's output goes into the file OUTPUT. Prints one line of figures: its time from start to end,
 * its processor time, and the most memory that it had (the maximal resident set, as the kernel tells it to
 * whoever waits). This program is small, because a child begins with the resident set of who starts it.
 */
#define _GNU_SOURCE
#include "client.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static _Noreturn void run(const char *output, char **command) {
  /* Whoever ends this program ends that one, too. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) die(output);
  if (dup2(fd, STDOUT_FILENO) < 0) die("dup2");
  execvp(command[0], command);
  die(command[0]);
}

int main(int count, char **arguments) {
  if (count < 3) fail("usage: timed OUTPUT PROGRAM [ARGUMENT...]");
  int64_t start_ns = now_ns();
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) run(arguments[1], arguments + 2);
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) die("wait4");
  double wall = (double)(now_ns() - start_ns) / 1e9;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    fail("%s ended with %s %d", arguments[2], WIFEXITED(status) ? "status" : "signal",
         WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
  printf("{\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"peakBytes\":%ld}\n", wall,
         seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss * 1024);
  return 0;
}
