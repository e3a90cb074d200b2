#include "watched.h"

#include "client.h"

#include <string.h>

bool take_head(struct watcher *watcher, const char *bytes, size_t count, size_t *taken) {
  for (*taken = 0; *taken < count;) {
    if (watcher->length == WATCHER_TEXT) fail("a head without end: %s", watcher->text);
    watcher->text[watcher->length++] = bytes[(*taken)++];
    watcher->text[watcher->length] = '\0';
    if (watcher->length >= 4 && memcmp(watcher->text + watcher->length - 4, "\r\n\r\n", 4) == 0) return true;
  }
  return false;
}
