/* The messages of mutoscope.v1 (docs/protocols/websocket.md), as its server sends them: never masked. */
#define _GNU_SOURCE
#include "websocket.h"

#include "client.h"

#include <string.h>

enum state { IN_RESPONSE, IN_FRAGMENT_HEAD, IN_TEXT, IN_HEADER, IN_PICTURE };

enum opcode { CONTINUES = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

#define HEADER_BYTES 64
#define CONTINUATION_BYTES 8
#define KIND_CONTINUATION 2

static uint64_t big_endian(const char *bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; i++) value = value << 8 | (unsigned char)bytes[i];
  return value;
}

/* Keeps bytes until there are so many; says how many it took. */
static size_t keep(struct watcher *watcher, size_t wanted, const char *bytes, size_t count) {
  if (wanted > WATCHER_TEXT) fail("%zu bytes of text", wanted);
  size_t missing = wanted - watcher->length;
  size_t taken = missing < count ? missing : count;
  memcpy(watcher->text + watcher->length, bytes, taken);
  watcher->length += taken;
  watcher->text[watcher->length] = '\0';
  return taken;
}

/* Of a fragment's head, as far as it is there. */
static size_t head_bytes(const struct watcher *watcher) {
  if (watcher->head_length < 2) return 2;
  int length = watcher->head[1] & 0x7f;
  return length == 126 ? 4 : length == 127 ? 10 : 2;
}

static void next_fragment(struct watcher *watcher) {
  watcher->head_length = 0;
  watcher->state = IN_FRAGMENT_HEAD;
}

/* A header may be cut by fragments of its message, and then goes on; a message begins with one. */
static void begin_fragment(struct watcher *watcher) {
  int opcode = watcher->head[0] & 0x0f, length = watcher->head[1] & 0x7f;
  watcher->fragment_left =
      length < 126 ? (uint64_t)length : big_endian(watcher->head + 2, watcher->head_length - 2);
  watcher->opcode = opcode == CONTINUES ? watcher->message : opcode;
  if (opcode == TEXT || opcode == BINARY) watcher->message = opcode;
  if (opcode != CONTINUES) watcher->length = 0;
  if (watcher->opcode != BINARY) {
    watcher->state = IN_TEXT;
    return;
  }
  bool is_cut = opcode == CONTINUES && watcher->picture_left > 0;
  watcher->state = is_cut ? IN_PICTURE : IN_HEADER;
}

static size_t take_fragment_head(struct watcher *watcher, const char *bytes, size_t count) {
  size_t taken = 0;
  while (taken < count && watcher->head_length < head_bytes(watcher))
    watcher->head[watcher->head_length++] = bytes[taken++];
  if (watcher->head_length == head_bytes(watcher)) begin_fragment(watcher);
  return taken;
}

static void end_text(struct watcher *watcher) {
  if (watcher->opcode == CLOSE) fail("the server closed: %s", watcher->text + 2);
  if (watcher->opcode == PING) watcher->pings++;
  if (watcher->opcode == TEXT && strstr(watcher->text, "\"type\":\"error\"") != NULL)
    fail("the server answered: %s", watcher->text);
  if (strstr(watcher->text, "\"type\":\"welcome\"") != NULL) watcher->is_open = true;
  watcher->length = 0;
}

static void end_picture(struct watcher *watcher) {
  watcher->frame = watcher->coming;
  watcher->pictures++;
}

static void end_header(struct watcher *watcher) {
  watcher->length = 0;
  if (watcher->text[1] == KIND_CONTINUATION) {
    watcher->state = IN_PICTURE;
    return;
  }
  if (watcher->picture_left > 0) fail("a frame in the middle of another");
  if (big_endian(watcher->text + 14, 2) != HEADER_BYTES) fail("a header of another length");
  watcher->coming = (long)big_endian(watcher->text + 24, 8);
  watcher->picture_left = big_endian(watcher->text + 56, 4);
  watcher->state = IN_PICTURE;
}

static size_t take_header(struct watcher *watcher, const char *bytes, size_t count) {
  if (watcher->length < 2) return keep(watcher, 2, bytes, count); /* its kind says how long it is */
  size_t wanted = watcher->text[1] == KIND_CONTINUATION ? CONTINUATION_BYTES : HEADER_BYTES;
  size_t taken = keep(watcher, wanted, bytes, count);
  if (watcher->length == wanted) end_header(watcher);
  return taken;
}

static size_t take_picture(struct watcher *watcher, size_t count) {
  size_t taken = watcher->picture_left < count ? watcher->picture_left : count;
  watcher->picture_left -= taken;
  if (watcher->picture_left == 0) {
    end_picture(watcher);
    watcher->state = IN_HEADER;
  }
  return taken;
}

static size_t take_payload(struct watcher *watcher, const char *bytes, size_t count) {
  size_t here = watcher->fragment_left < count ? watcher->fragment_left : count;
  size_t taken = here;
  if (watcher->state == IN_TEXT) keep(watcher, watcher->length + here, bytes, here);
  else if (watcher->state == IN_PICTURE) taken = take_picture(watcher, here);
  else taken = take_header(watcher, bytes, here);
  watcher->fragment_left -= taken;
  return taken;
}

static size_t take_some(struct watcher *watcher, const char *bytes, size_t count) {
  size_t taken = 0;
  switch (watcher->state) {
    case IN_RESPONSE:
      if (!take_head(watcher, bytes, count, &taken)) return taken;
      if (strncmp(watcher->text, "HTTP/1.1 101 ", 13) != 0) fail("the server answered: %s", watcher->text);
      watcher->length = 0;
      next_fragment(watcher);
      return taken;
    case IN_FRAGMENT_HEAD: return take_fragment_head(watcher, bytes, count);
    default: return take_payload(watcher, bytes, count);
  }
}

void feed_websocket(struct watcher *watcher, const char *bytes, size_t count) {
  if (watcher->state == IN_PICTURE && watcher->fragment_left == 0) next_fragment(watcher);
  while (count > 0) {
    size_t taken = take_some(watcher, bytes, count);
    bytes += taken;
    count -= taken;
    bool is_inside = watcher->state >= IN_TEXT;
    if (!is_inside || watcher->fragment_left > 0) continue;
    if (watcher->state == IN_TEXT) end_text(watcher);
    next_fragment(watcher);
  }
}

/* The last byte of a picture is looked at: with it the picture has come. */
uint64_t unseen_of_websocket(const struct watcher *watcher) {
  if (watcher->state != IN_PICTURE || watcher->picture_left == 0) return 0;
  uint64_t left = watcher->picture_left - 1;
  return watcher->fragment_left < left ? watcher->fragment_left : left;
}
