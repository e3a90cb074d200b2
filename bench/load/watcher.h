/* A client of HTTP or WebSocket that watches: bytes in, pictures counted. No input or output. */
#ifndef WATCHER_H
#define WATCHER_H

#include "watched.h"

/*
 * A watcher at its beginning. `least` is what each picture has at least: so many bytes, less some, of each
 * part need not be looked at; and what a frame of the classic protocol has.
 */
void begin_watching(struct watcher *watcher, enum speech speech, uint64_t least);

/* Takes what came, and says how many pictures became whole with it. A wrong answer ends the process. */
long feed_watcher(struct watcher *watcher, const char *bytes, size_t count);

/* Bytes that come next and need not be looked at: they may be discarded, and told of by `pass_unseen`. */
uint64_t unseen_bytes(const struct watcher *watcher);
void pass_unseen(struct watcher *watcher, uint64_t bytes);

#endif
