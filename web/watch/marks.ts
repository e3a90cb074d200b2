import type { MutoscopePlayer } from "../element/define.ts";
import type { Marked } from "./timelineBar.ts";
import { runsOf } from "./timelineScale.ts";

type Run = readonly [first: number, last: number];

/** The part that is played, after its begin or end was marked at a frame. */
export function markedPart(
  part: Run | undefined,
  frame: number,
  { first, last }: { readonly first: number; readonly last: number },
  edge: "in" | "out",
): Run {
  const [from, to] = part ?? [first, last];
  if (edge === "in") return [frame, to < frame ? last : to];
  return [from > frame ? first : from, frame];
}

/** Frames for which another one was shown: asked for again when the movie changes. */
export class HeldFrames {
  readonly #frames = new Set<number>();
  #runs: readonly Run[] = [];

  note({ frame, substitute }: { readonly frame: number; readonly substitute: boolean }): void {
    if (substitute === this.#frames.has(frame)) return;
    if (substitute) this.#frames.add(frame);
    else this.#frames.delete(frame);
    this.#runs = runsOf(
      [...this.#frames].sort((one, other) => one - other),
      1,
    );
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }
}

/** What the timeline shows of a player. */
export function marksOf(player: MutoscopePlayer, held: HeldFrames, isHeld: boolean): Marked {
  return {
    frame: player.frame,
    isHeld,
    holes: player.holes,
    held: held.runs,
    cached: runsOf(
      [...player.bufferedFrames].sort((one, other) => one - other),
      player.frameStep,
    ),
    newest: player.newestFrame,
    part: player.range ?? undefined,
  };
}
