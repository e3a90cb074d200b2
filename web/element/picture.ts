/** What a canvas draws, and what holds memory until it is closed. */
export interface Image {
  close(): void;
}

export type PictureFacts = {
  /** Its place on the timeline, also where another picture stands in. */
  readonly number: number;
  readonly revision: number;
  readonly isSubstitute: boolean;
  /** Which rendition it is: pictures of one text are of one size and quality. */
  readonly rendition: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** What it holds in memory. */
  readonly bytes: number;
};

/**
 * A frame that has been decoded. Several places may have it at the same time; each holds it as long, and the
 * last one that lets go closes it.
 */
export class Picture<I extends Image = Image> {
  readonly facts: PictureFacts;
  readonly #image: I;
  #holders = 1;

  /** Whoever makes it holds it. */
  constructor(facts: PictureFacts, image: I) {
    this.facts = facts;
    this.#image = image;
  }

  /** Undefined when it has been closed. */
  get image(): I | undefined {
    return this.#holders > 0 ? this.#image : undefined;
  }

  /** @returns itself, which the caller has to release */
  hold(): this {
    this.#holders += 1;
    return this;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#image.close();
  }
}
