// What libjpeg-turbo does when it is called from C: the peer of T9. Encodes the frames of a folder as JPEG,
// one after the other, for a while, and prints what that cost.
//
//   turbo FOLDER FRAMES QUALITY WARM_MS MEASURE_MS memory|file
//
// The frames are 1.ppm to FRAMES.ppm: P6, maxval 255, without comments. With `memory` they are read once and
// only the encoding is measured; with `file` each is read anew, as a server does.
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <turbojpeg.h>

enum { LONGEST_PATH = 4096, MOST_FRAMES = 1000 };

typedef struct {
  int width;
  int height;
  unsigned char *raster;
} Frame;

static void fail(const char *what) {
  fprintf(stderr, "turbo: %s\n", what);
  exit(1);
}

static void readFrame(const char *folder, int number, Frame *frame) {
  char path[LONGEST_PATH];
  snprintf(path, sizeof path, "%s/%d.ppm", folder, number);
  FILE *file = fopen(path, "rb");
  int width = 0, height = 0, maxval = 0;
  if (file == NULL || fscanf(file, "P6 %d %d %d", &width, &height, &maxval) != 3 || maxval != 255) fail(path);
  fgetc(file);
  size_t bytes = (size_t)width * (size_t)height * 3;
  if (frame->width != width || frame->height != height) {
    free(frame->raster);
    *frame = (Frame){width, height, malloc(bytes)};
  }
  if (frame->raster == NULL || fread(frame->raster, 1, bytes, file) != bytes) fail(path);
  fclose(file);
}

static double wallMs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double cpuSeconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double user = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
  return user + (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
}

int main(int count, char **words) {
  if (count != 7) fail("FOLDER FRAMES QUALITY WARM_MS MEASURE_MS memory|file");
  const char *folder = words[1];
  int frames = atoi(words[2]), quality = atoi(words[3]);
  double warmMs = atof(words[4]), measureMs = atof(words[5]);
  int fromFile = strcmp(words[6], "file") == 0;
  if (frames < 1 || frames > MOST_FRAMES) fail("a wrong number of frames");

  static Frame known[MOST_FRAMES];
  for (int number = 1; number <= frames; number++) readFrame(folder, number, &known[number - 1]);

  tjhandle encoder = tjInitCompress();
  // As in a server, the room for the worst case is kept, and what came of it is copied out.
  unsigned char *room = tjAlloc((int)tjBufSize(known[0].width, known[0].height, TJSAMP_420));
  Frame *scratch = &known[0];
  long made = 0;
  double bytes = 0, started = 0, cpuBefore = 0, begin = wallMs();
  for (int index = 0;; index = (index + 1) % frames) {
    double now = wallMs();
    if (started == 0 && now - begin >= warmMs) {
      started = now;
      cpuBefore = cpuSeconds();
      made = 0;
      bytes = 0;
    }
    if (started > 0 && now - started >= measureMs) break;
    Frame *frame = &known[index];
    if (fromFile) {
      readFrame(folder, index + 1, scratch);
      frame = scratch;
    }
    unsigned long size = tjBufSize(frame->width, frame->height, TJSAMP_420);
    if (tjCompress2(encoder, frame->raster, frame->width, 0, frame->height, TJPF_RGB, &room, &size,
                    TJSAMP_420, quality, TJFLAG_NOREALLOC) != 0)
      fail(tjGetErrorStr2(encoder));
    unsigned char *image = malloc(size);
    if (image == NULL) fail("no memory");
    memcpy(image, room, size);
    bytes += (double)size + image[size - 1] * 1e-12;
    free(image);
    made++;
  }
  printf("{\"frames\":%ld,\"cpuSeconds\":%.6f,\"bytes\":%.0f}\n", made, cpuSeconds() - cpuBefore, bytes);
  return 0;
}
