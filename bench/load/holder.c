/*
 * Many connections that are held open and take nothing.
 *
 *     holder --port N [--clients 1000] [--movie sw]
 *
 * With --movie each asks for it, for ever, and never reads: a stalled client. Without, each only connects: an
 * idle one. Prints {"state":"holding"} when all are connected and have asked, and holds them until SIGTERM.
 *
 * They connect as from an Ethernet, so that what a thousand stalled clients hold in the kernel does not reach
 * the machine's bound for all connections (net.ipv4.tcp_mem), from which on everything is slow.
 */
#define _GNU_SOURCE
#include "client.h"
#include "measure.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct options {
  int port;
  const char *movie; /* NULL: nothing is asked for */
  long clients;
};

static struct options parse(int count, char **arguments) {
  struct options options = {.clients = 1000};
  static const struct option names[] = {{"port", 1, NULL, 'p'},
                                        {"movie", 1, NULL, 'm'},
                                        {"clients", 1, NULL, 'c'},
                                        {NULL, 0, NULL, 0}};
  for (int key; (key = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (key) {
      case 'p': options.port = (int)number("port", optarg, 1); break;
      case 'm': options.movie = optarg; break;
      case 'c': options.clients = number("clients", optarg, 1); break;
      default: exit(2);
    }
  }
  if (options.port == 0) fail("--port is needed");
  return options;
}

int main(int count, char **arguments) {
  struct options options = parse(count, arguments);
  /* Before the first connection: a SIGTERM that comes early is waited for, too. */
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) die("sigprocmask");
  need_descriptors(options.clients);
  char request[512];
  if (options.movie != NULL) snprintf(request, sizeof request, "h:3:start_movie:%s,1\n", options.movie);
  for (long i = 0; i < options.clients; i++) {
    int fd = connect_from_afar(options.port);
    if (options.movie != NULL) ask(fd, request);
  }
  printf("{\"state\":\"holding\"}\n");
  fflush(stdout);
  int signal;
  sigwait(&set, &signal);
  return 0;
}
