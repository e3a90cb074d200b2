/* What a watcher reads as multipart/x-mixed-replace over HTTP. */
#ifndef PARTS_H
#define PARTS_H

#include "watched.h"

void feed_parts(struct watcher *watcher, const char *bytes, size_t count);

#endif
