/* When the frames of one viewer were due, and whether they came in time. Times in, figures out. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#define LATENESS_BINS 2001 /* of a millisecond each; the last one holds all that is later */

/* Of all viewers together, in the measured time. */
struct punctuality {
  long came, late, skipped;
  long bins[LATENESS_BINS];
  int64_t latest_ns;
};

/*
 * Frame number i of a playback is due at anchor + i * period. Nobody tells the client the anchor: it is the
 * one by which the earliest of the frames before the measured time was in time.
 *
 *     start          first              last       end - period    end
 *     ───┴────────────┴───── … ──────────┴───────────────┴──────────┘
 *
 * Judged are the frames due in the measured time, up to a period before its end: `first` to `last`.
 */
struct timeline {
  int64_t period_ns, anchor_ns;
  long length;       /* frames of the movie, which begins again behind the last */
  long index, frame; /* of the frame that came last; index -1 before the first */
  long first, last, judged, in_time;
  bool is_judging;
};

void begin_timeline(struct timeline *timeline, int64_t period_ns, long length);

/* From now on frames are judged. A viewer that has none yet has all of them late. */
void judge_timeline(struct timeline *timeline, int64_t start_ns, int64_t end_ns);

/* Frame `frame` is there. */
void note_frame(struct timeline *timeline, long frame, int64_t now_ns, struct punctuality *all);

/* The lateness in milliseconds that a share of all frames did not exceed. */
double lateness_ms(const struct punctuality *all, double share);

#endif
