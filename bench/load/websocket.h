/* What a watcher reads as mutoscope.v1. */
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "watched.h"

void feed_websocket(struct watcher *watcher, const char *bytes, size_t count);

/* Bytes that come next and need not be looked at. */
uint64_t unseen_of_websocket(const struct watcher *watcher);

#endif
