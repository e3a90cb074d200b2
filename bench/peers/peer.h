/* What the peers share: the movie in memory, the listening socket, the request line. */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer request lines close the connection. */
#define LINE_LIMIT 256

struct frame {
  unsigned char *bytes;
  size_t length;
};

/* The frames FOLDER/NAME1.ppm, NAME2.ppm ... up to the first number without a file. */
struct movie {
  const char *name;
  struct frame *frames;
  size_t count;
};

/* client-id ":" priority ":start_movie:" movie ["," repeat] */
struct request {
  long priority;
  bool repeat;
};

/* The characters of a request so far. */
struct line {
  char text[LINE_LIMIT];
  size_t length;
};

enum line_state { LINE_PARTIAL, LINE_COMPLETE, LINE_BROKEN };

/* Ends the process with what failed and why. */
_Noreturn void die(const char *what);

/* Ends the process with how to call it. */
_Noreturn void usage(const char *how);

/* Reads FOLDER/NAMEnumber.ppm into a buffer of its own; false when there is no such file. */
bool frame_load(struct frame *frame, const char *folder, const char *name, size_t number);

/* Reads the whole movie into memory; ends the process when it has no frame. */
void movie_load(struct movie *movie, const char *folder, const char *name);
void movie_free(struct movie *movie);

/* A socket that listens on 127.0.0.1; ends the process when it cannot. */
int listen_on(const char *port);

/* Takes what has come, without waiting; broken when the client is gone or the line too long. */
enum line_state line_read(struct line *line, int fd);

bool request_parse(const struct line *line, const struct movie *movie, struct request *request);

/* A descriptor that is readable once SIGTERM or SIGINT has come; SIGPIPE is ignored. */
int termination_fd(void);

#endif
