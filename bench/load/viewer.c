#define _GNU_SOURCE
#include "viewer.h"

#include "client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct viewer *new_viewer(int64_t zero_ns) {
  struct viewer *viewer = calloc(1, sizeof *viewer);
  if (viewer == NULL) die("calloc");
  viewer->zero_ns = zero_ns;
  viewer->asked_ns = now_ns();
  return viewer;
}

/* The bench's movie says a frame's number in its header, so that a wrong picture is seen. */
static void end_frame(struct viewer *viewer) {
  long found;
  if (sscanf(viewer->header, "P6\n# frame %ld ", &found) != 1) fail("a frame without the bench's header");
  if (found != viewer->frame) fail("the line says frame %ld, the picture %ld", viewer->frame, found);
  if (viewer->count == VIEWER_FRAMES) fail("more than %d frames", VIEWER_FRAMES);
  viewer->frames[viewer->count] = viewer->frame;
  viewer->came_ns[viewer->count++] = now_ns();
}

static void end_line(struct viewer *viewer) {
  viewer->line[viewer->line_bytes] = '\0';
  viewer->line_bytes = 0;
  /* END epoch sent skipped missing … */
  if (sscanf(viewer->line, "END %*u %ld %ld %ld", &viewer->sent, &viewer->skipped, &viewer->missing) == 3) {
    viewer->has_receipt = true;
    return;
  }
  /* worker connection epoch message frame bytes flags request */
  if (sscanf(viewer->line, "%*u %*u %*u %*u %ld %zu", &viewer->frame, &viewer->frame_left) != 2)
    fail("the server answered: %s", viewer->line);
  memset(viewer->header, 0, sizeof viewer->header);
  viewer->header_bytes = 0;
}

/* Takes of the frame what is there, and says how much that was. */
static size_t take_frame(struct viewer *viewer, const char *bytes, size_t count) {
  size_t here = count < viewer->frame_left ? count : viewer->frame_left;
  size_t room = VIEWER_HEADER - viewer->header_bytes;
  size_t shown = here < room ? here : room;
  memcpy(viewer->header + viewer->header_bytes, bytes, shown);
  viewer->header_bytes += shown;
  viewer->frame_left -= here;
  if (viewer->frame_left == 0) end_frame(viewer);
  return here;
}

void feed_viewer(struct viewer *viewer, const char *bytes, size_t count) {
  while (count > 0) {
    size_t taken = 1;
    if (viewer->frame_left > 0) {
      taken = take_frame(viewer, bytes, count);
    } else if (*bytes == '\n') {
      end_line(viewer);
    } else {
      if (viewer->line_bytes == VIEWER_LINE - 1) fail("a line without end");
      viewer->line[viewer->line_bytes++] = *bytes;
    }
    bytes += taken;
    count -= taken;
  }
}

static double ms(const struct viewer *viewer, int64_t time_ns) {
  return (double)(time_ns - viewer->zero_ns) / 1e6;
}

void print_viewer(const struct viewer *viewer) {
  printf("{\"askedMs\":%.3f,\"receipt\":", ms(viewer, viewer->asked_ns));
  if (viewer->has_receipt)
    printf("{\"sent\":%ld,\"skipped\":%ld,\"missing\":%ld}", viewer->sent, viewer->skipped, viewer->missing);
  else
    printf("null");
  printf(",\"frames\":[");
  for (long i = 0; i < viewer->count; i++) printf("%s%ld", i == 0 ? "" : ",", viewer->frames[i]);
  printf("],\"cameMs\":[");
  for (long i = 0; i < viewer->count; i++)
    printf("%s%.3f", i == 0 ? "" : ",", ms(viewer, viewer->came_ns[i]));
  printf("]}");
}
