#include "timeline.h"

void begin_timeline(struct timeline *timeline, int64_t period_ns, long length) {
  *timeline = (struct timeline){.period_ns = period_ns, .length = length, .index = -1};
}

void judge_timeline(struct timeline *timeline, int64_t start_ns, int64_t end_ns) {
  int64_t period = timeline->period_ns;
  timeline->is_judging = true;
  if (timeline->index < 0) {
    timeline->judged = (long)((end_ns - start_ns) / period);
    timeline->first = timeline->last = -1;
    return;
  }
  timeline->first = (long)((start_ns - timeline->anchor_ns + period - 1) / period);
  timeline->last = (long)((end_ns - period - timeline->anchor_ns) / period);
  timeline->judged = timeline->last - timeline->first + 1;
}

/* Frames that were left out are known by the number of the next one. */
static long next_index(struct timeline *timeline, long frame) {
  if (timeline->index < 0) return 0;
  long steps = (frame - timeline->frame) % timeline->length;
  return timeline->index + (steps <= 0 ? steps + timeline->length : steps);
}

void note_frame(struct timeline *timeline, long frame, int64_t now_ns, struct punctuality *all) {
  long index = next_index(timeline, frame);
  long left_out = timeline->index < 0 ? 0 : index - timeline->index - 1;
  timeline->index = index;
  timeline->frame = frame;
  int64_t zero_ns = now_ns - index * timeline->period_ns;
  if (!timeline->is_judging) {
    if (index == 0 || zero_ns < timeline->anchor_ns) timeline->anchor_ns = zero_ns;
    return;
  }
  if (index < timeline->first || index > timeline->last) return;
  int64_t late_ns = zero_ns > timeline->anchor_ns ? zero_ns - timeline->anchor_ns : 0;
  int64_t bin = late_ns / 1000000;
  all->bins[bin < LATENESS_BINS - 1 ? bin : LATENESS_BINS - 1]++;
  if (late_ns > all->latest_ns) all->latest_ns = late_ns;
  all->came++;
  all->skipped += left_out;
  if (late_ns > timeline->period_ns) all->late++;
  else timeline->in_time++;
}

double lateness_ms(const struct punctuality *all, double share) {
  long rank = (long)((double)all->came * share), seen = 0;
  for (long bin = 0; bin < LATENESS_BINS; bin++) {
    seen += all->bins[bin];
    if (seen > rank) return (double)bin + 1;
  }
  return LATENESS_BINS;
}
