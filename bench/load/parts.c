/*
 * Pictures that replace each other. A picture has come when the boundary behind it has: browsers show it no
 * earlier. With servers that send a boundary with the picture behind it, that is a period later for each.
 */
#define _GNU_SOURCE
#include "parts.h"

#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum state { IN_RESPONSE, IN_SEARCH, IN_PART };

/* Of each part, from its boundary on: its head, and of the picture what may say its frame. */
#define PART_BYTES 640

static const char FRAME_WORDS[] = "mutoscope: frame ";

static void begin_parts(struct watcher *watcher) {
  if (strncmp(watcher->text, "HTTP/1.", 7) != 0 || strncmp(watcher->text + 8, " 200 ", 5) != 0)
    fail("the server answered: %s", watcher->text);
  const char *field = strcasestr(watcher->text, "boundary=");
  if (field == NULL) fail("a response without a boundary: %s", watcher->text);
  field += strlen("boundary=");
  if (*field == '"') field++;
  int length = (int)strcspn(field, "\r\n;\" ");
  int written = snprintf(watcher->boundary, sizeof watcher->boundary, "--%.*s", length, field);
  if (length == 0 || written >= (int)sizeof watcher->boundary) fail("a boundary of %d bytes", length);
  watcher->length = 0;
  watcher->state = IN_SEARCH;
}

/* A picture need not say its frame: what the peers are given does, as ours. */
static void begin_picture(struct watcher *watcher) {
  if (memmem(watcher->text, watcher->length, "image/jpeg", 10) == NULL) fail("a part that is no picture");
  const char *words = memmem(watcher->text, watcher->length, FRAME_WORDS, sizeof FRAME_WORDS - 1);
  watcher->coming = words == NULL ? 0 : atol(words + sizeof FRAME_WORDS - 1);
  uint64_t seen = 2 * PART_BYTES;
  watcher->skip = watcher->least > seen ? watcher->least - seen : 0;
  watcher->length = 0;
  watcher->state = IN_SEARCH;
}

static void found_boundary(struct watcher *watcher) {
  if (watcher->coming != 0) {
    watcher->frame = watcher->coming;
    watcher->pictures++;
  }
  watcher->length = 0;
  watcher->state = IN_PART;
}

/* How much of `bytes` it takes up to the end of the next boundary, or all. */
static size_t search(struct watcher *watcher, const char *bytes, size_t count) {
  size_t boundary = strlen(watcher->boundary);
  size_t room = WATCHER_TEXT - watcher->length;
  size_t taken = count < room ? count : room;
  size_t before = watcher->length;
  memcpy(watcher->text + before, bytes, taken);
  watcher->length += taken;
  const char *found = memmem(watcher->text, watcher->length, watcher->boundary, boundary);
  if (found != NULL) {
    size_t end = (size_t)(found - watcher->text) + boundary;
    found_boundary(watcher);
    return end - before;
  }
  /* A boundary may have begun. */
  size_t kept = watcher->length < boundary - 1 ? watcher->length : boundary - 1;
  memmove(watcher->text, watcher->text + watcher->length - kept, kept);
  watcher->length = kept;
  return taken;
}

static size_t take_part(struct watcher *watcher, const char *bytes, size_t count) {
  size_t room = PART_BYTES - watcher->length;
  size_t taken = count < room ? count : room;
  memcpy(watcher->text + watcher->length, bytes, taken);
  watcher->length += taken;
  if (watcher->length == PART_BYTES) begin_picture(watcher);
  return taken;
}

void feed_parts(struct watcher *watcher, const char *bytes, size_t count) {
  while (count > 0) {
    size_t taken = 0;
    if (watcher->skip > 0) {
      taken = watcher->skip < count ? watcher->skip : count;
      watcher->skip -= taken;
    } else if (watcher->state == IN_RESPONSE) {
      if (take_head(watcher, bytes, count, &taken)) begin_parts(watcher);
    } else {
      taken = (watcher->state == IN_PART ? take_part : search)(watcher, bytes, count);
    }
    bytes += taken;
    count -= taken;
  }
}
