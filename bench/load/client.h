/* What the load clients share: connecting, asking, clocks. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>
#include <stdint.h>

/* Ends the process with what failed and why. */
_Noreturn void die(const char *what);

/* Ends the process with a sentence. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A blocking connection to 127.0.0.1. */
int connect_to(int port);

/* The same to another address of IPv4, in digits. */
int connect_at(const char *host, int port);

/*
 * The same as a client on an Ethernet has it: small segments and a small receive buffer. With loopback's
 * segments of 64 KB the server's kernel buffer of a connection that is not read grows to 1.7 MB.
 */
int connect_from_afar(int port);

/* Sends the whole text. */
void ask(int fd, const char *text);

/* Monotonic nanoseconds. */
int64_t now_ns(void);

/* A whole number of an option, at least `least`. */
long number(const char *name, const char *text, long least);

#endif
