/** One frame that was painted. */
export type Painted = {
  /** Of the display's turn, in milliseconds. */
  readonly at: number;
  readonly frame: number;
  /** The longest time between two turns since the frame before. */
  readonly longestTurn: number;
};

/** What a page saw. */
export type Turns = {
  readonly firstMs: number;
  readonly frames: number;
  readonly painted: readonly Painted[];
  readonly turns: number;
  readonly lateTurns: number;
};

export type Look = {
  readonly firstMs: number;
  /** Frames that were to be seen. */
  readonly due: number;
  /** Painted more than a turn of the display later than a period behind the one before. */
  readonly late: number;
  /** Never painted. */
  readonly leftOut: number;
  /** Late or left out although the browser painted at every turn. */
  readonly ours: number;
  readonly turns: number;
  readonly lateTurns: number;
};

const PERIOD = 1000 / 24;
/** A turn and a half of a display of 60 Hz. */
const LATE = 25;

/**
 * A function for pages: plays the player's movie once round, and then notes at each turn of the display which
 * frame is shown. The page's clock began with its own first byte.
 */
export const WATCH = `async ({ seconds, frames }) => {
  const player = document.querySelector("mutoscope-player");
  const firstMs = player.firstPictureAt;
  await player.play();
  const warmUntil = performance.now() + (frames * 1000) / 24 + 2000;
  const until = warmUntil + seconds * 1000;
  const painted = [];
  let [turns, lateTurns, longestTurn, before, frame] = [0, 0, 0, performance.now(), 0];
  return new Promise((resolve) => {
    const turn = (now) => {
      const length = now - before;
      before = now;
      if (now >= warmUntil) {
        turns += 1;
        lateTurns += length > ${LATE} ? 1 : 0;
        longestTurn = Math.max(longestTurn, length);
        if (player.frame !== frame) {
          painted.push({ at: now, frame: player.frame, longestTurn });
          frame = player.frame;
          longestTurn = 0;
        }
      }
      if (now < until) requestAnimationFrame(turn);
      else resolve({ firstMs, frames: player.frameCount, painted, turns, lateTurns });
    };
    requestAnimationFrame(turn);
  });
}`;

/** Judges what a page saw: each frame by the one before it. */
export function lookAt({ firstMs, frames, painted, turns, lateTurns }: Turns): Look {
  let [due, late, leftOut, ours] = [0, 0, 0, 0];
  for (const [index, { at, frame, longestTurn }] of painted.entries()) {
    const before = painted[index - 1];
    if (before === undefined) continue;
    const steps = (frame - before.frame + frames) % frames;
    const isLate = at - before.at > steps * PERIOD + LATE;
    const missed = steps - 1 + (isLate ? 1 : 0);
    due += steps;
    leftOut += steps - 1;
    late += isLate ? 1 : 0;
    if (longestTurn <= LATE) ours += missed;
  }
  return { firstMs, due, late, leftOut, ours, turns, lateTurns };
}
