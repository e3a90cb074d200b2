/* What a watcher knows of what it reads, whatever is spoken. */
#ifndef WATCHED_H
#define WATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than the head of a part with the first segments of its picture, and than a control message. */
#define WATCHER_TEXT 2048
#define WATCHER_BOUNDARY 96

enum speech {
  SPEAKS_NOTHING,   /* whatever comes is let pass */
  SPEAKS_PARTS,     /* multipart/x-mixed-replace over HTTP, in chunks or not */
  SPEAKS_WEBSOCKET, /* mutoscope.v1 */
  SPEAKS_LENGTH,    /* one response of HTTP with a length */
  SPEAKS_FRAMES,    /* bytes of the classic protocol, untagged: as many as a frame has */
};

struct watcher {
  enum speech speech;
  int state;
  long pictures; /* that have come whole */
  long frame;    /* the number of the last of them; 0 where it says none */
  bool is_open;  /* WebSocket: the server has said welcome */
  long pings;    /* WebSocket: that have to be answered */
  uint64_t skip; /* bytes that need not be looked at, whatever they are */
  /* Of what is being read. */
  char text[WATCHER_TEXT + 1];
  size_t length;
  char boundary[WATCHER_BOUNDARY];
  uint64_t least, fragment_left, picture_left;
  char head[16]; /* of a fragment */
  size_t head_length;
  int opcode, message; /* of the fragment, and of the message that it is a part of */
  long coming;
};

/* Keeps text up to the end of a head; true when it is there, and then how much of `bytes` that took. */
bool take_head(struct watcher *watcher, const char *bytes, size_t count, size_t *taken);

#endif
