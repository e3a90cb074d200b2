import type { PictureSource } from "../../element/define.ts";

/** Pictures that outlive the player's own, by their frames; the canvases are used again. */
export class Pictures {
  readonly #held = new Map<number, OffscreenCanvas>();
  readonly #free: OffscreenCanvas[] = [];

  /** Keeps a copy of what is shown. */
  keep({ frame, image, width, height }: PictureSource): void {
    const canvas = this.#held.get(frame) ?? this.#free.pop() ?? new OffscreenCanvas(width, height);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.getContext("2d", { alpha: false })?.drawImage(image, 0, 0, width, height);
    this.#held.set(frame, canvas);
  }

  get(frame: number): OffscreenCanvas | undefined {
    return this.#held.get(frame);
  }

  /** Gives up all others. */
  only(frames: readonly number[]): void {
    for (const [frame, canvas] of this.#held) {
      if (frames.includes(frame)) continue;
      this.#held.delete(frame);
      this.#free.push(canvas);
    }
  }
}
