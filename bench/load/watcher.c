#define _GNU_SOURCE
#include "watcher.h"

#include "client.h"
#include "parts.h"
#include "websocket.h"

#include <stdio.h>
#include <string.h>

void begin_watching(struct watcher *watcher, enum speech speech, uint64_t least) {
  memset(watcher, 0, sizeof *watcher);
  watcher->speech = speech;
  watcher->least = least;
  if (speech == SPEAKS_FRAMES) watcher->picture_left = least;
}

enum length_state { IN_HEAD, IN_BODY };

static void begin_body(struct watcher *watcher) {
  if (strncmp(watcher->text, "HTTP/1.1 200 ", 13) != 0) fail("the server answered: %s", watcher->text);
  const char *field = strcasestr(watcher->text, "\r\ncontent-length:");
  unsigned long long length;
  if (field == NULL || sscanf(field + 17, "%llu", &length) != 1 || length == 0)
    fail("a response without a length: %s", watcher->text);
  watcher->picture_left = length;
  watcher->state = IN_BODY;
}

static void feed_length(struct watcher *watcher, const char *bytes, size_t count) {
  size_t taken = 0;
  if (watcher->state == IN_HEAD) {
    if (!take_head(watcher, bytes, count, &taken)) return;
    begin_body(watcher);
  }
  size_t rest = count - taken;
  if (rest > watcher->picture_left) fail("more bytes than the response has");
  watcher->picture_left -= rest;
  if (watcher->picture_left == 0) watcher->pictures++;
}

static void feed_frame(struct watcher *watcher, const char *bytes, size_t count) {
  if (watcher->picture_left == watcher->least && bytes[0] != 'P') fail("the server answered: %.100s", bytes);
  if (count > watcher->picture_left) fail("more bytes than the frame has");
  watcher->picture_left -= count;
  if (watcher->picture_left == 0) watcher->pictures++;
}

uint64_t unseen_bytes(const struct watcher *watcher) {
  return watcher->speech == SPEAKS_WEBSOCKET ? unseen_of_websocket(watcher) : watcher->skip;
}

void pass_unseen(struct watcher *watcher, uint64_t bytes) {
  if (watcher->speech == SPEAKS_WEBSOCKET) {
    watcher->fragment_left -= bytes;
    watcher->picture_left -= bytes;
  } else {
    watcher->skip -= bytes;
  }
}

long feed_watcher(struct watcher *watcher, const char *bytes, size_t count) {
  long before = watcher->pictures;
  switch (watcher->speech) {
    case SPEAKS_NOTHING: break;
    case SPEAKS_PARTS: feed_parts(watcher, bytes, count); break;
    case SPEAKS_WEBSOCKET: feed_websocket(watcher, bytes, count); break;
    case SPEAKS_LENGTH: feed_length(watcher, bytes, count); break;
    case SPEAKS_FRAMES: feed_frame(watcher, bytes, count); break;
  }
  return watcher->pictures - before;
}
