/* A client of tagged frames, which writes down when each of them was there. Bytes in, no input or output. */
#ifndef VIEWER_H
#define VIEWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIEWER_FRAMES 4096
#define VIEWER_LINE 1024
#define VIEWER_HEADER 32 /* enough of a frame to hold its number */

struct viewer {
  int64_t zero_ns, asked_ns;
  /* Of the line or the frame that is coming. */
  char line[VIEWER_LINE], header[VIEWER_HEADER + 1];
  size_t line_bytes, header_bytes, frame_left;
  long frame;
  /* Of the frames that have come. */
  long count;
  long frames[VIEWER_FRAMES];
  int64_t came_ns[VIEWER_FRAMES];
  bool has_receipt;
  long sent, skipped, missing;
};

/* A viewer that asks now. Times are printed from `zero_ns` on. */
struct viewer *new_viewer(int64_t zero_ns);

/* Takes what came. An answer that is neither a frame nor a receipt ends the process. */
void feed_viewer(struct viewer *viewer, const char *bytes, size_t count);

/* {"askedMs":…,"receipt":{"sent":…,"skipped":…,"missing":…} or null,"frames":[…],"cameMs":[…]} */
void print_viewer(const struct viewer *viewer);

#endif
