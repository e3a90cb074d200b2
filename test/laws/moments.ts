/** When a playback is told something by the dispatcher, in the midst of whose turn it may do something. */
export const MOMENTS = ["drain", "returned", "started", "finished"] as const;

export type Moment = (typeof MOMENTS)[number];

/** What is to be done the next time that a moment comes, once. */
export class Acts {
  readonly #acts = new Map<Moment, () => void>();

  when(moment: Moment, act: () => void): void {
    this.#acts.set(moment, act);
  }

  comes(moment: Moment): void {
    const act = this.#acts.get(moment);
    this.#acts.delete(moment);
    act?.();
  }
}
