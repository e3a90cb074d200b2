/* What clients that only take have in common: a warm-up, a measured time, and one line of figures. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdint.h>

struct measuring {
  int epoll; /* reports the clients that have something to take */
  void (*take)(void *client);
  void (*begin)(int64_t start_ns); /* when the measured time begins; or none */
  uint64_t *bytes; /* of each client, which counts up in its own place */
  long clients, warm_ms, measure_ms, server_pid;
};

/*
 * Lets the clients take for the warm-up, prints {"state":"measuring"}, lets them take for the measured time
 * or until SIGTERM, and prints one line of figures. The server's processor time is taken at both ends of the
 * measured time.
 */
void measure(const struct measuring *measuring);

/* Raises the limit of open files as far as it goes; ends the process when that is not enough. */
void need_descriptors(long clients);

#endif
