import type { Picture } from "./picture.ts";

/** How far a frame is from what will be shown next: the farthest goes first when there is no room. */
export type Distance = (number: number) => number;

/**
 * Decoded pictures that may be shown again, by frame and rendition, as many as there is room for in bytes. It
 * holds what lies in it; whoever takes something has to hold it as well.
 */
export class Shelf {
  readonly #room: () => number;
  readonly #pictures = new Map<string, Picture>();
  #bytes = 0;

  /** @param room in bytes; asked each time, as others may come and share it */
  constructor(room: () => number) {
    this.#room = room;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#pictures.size;
  }

  get(number: number, rendition: string): Picture | undefined {
    return this.#pictures.get(keyOf(number, rendition));
  }

  /** The frames of which the rendition lies here. */
  numbers(rendition: string): number[] {
    const facts = [...this.#pictures.values()].map((picture) => picture.facts);
    return facts.filter((each) => each.rendition === rendition).map(({ number }) => number);
  }

  /**
   * Puts a picture here, and takes away what is farthest as long as there is no room: other renditions first.
   * A picture that is farther than all others may not stay.
   */
  put(picture: Picture, distance: Distance): void {
    const { number, rendition, bytes } = picture.facts;
    const key = keyOf(number, rendition);
    this.#drop(key);
    this.#pictures.set(key, picture.hold());
    this.#bytes += bytes;
    while (this.#bytes > this.#room() && this.#pictures.size > 0)
      this.#drop(this.#farthest(rendition, distance));
  }

  /** Forgets the pictures that the question is true of. */
  forget(isGone: (picture: Picture) => boolean): void {
    for (const [key, picture] of this.#pictures) if (isGone(picture)) this.#drop(key);
  }

  clear(): void {
    this.forget(() => true);
  }

  #farthest(rendition: string, distance: Distance): string {
    let found = "";
    let farthest = -1;
    for (const [key, { facts }] of this.#pictures) {
      const far = facts.rendition === rendition ? distance(facts.number) : Infinity;
      if (far > farthest) [found, farthest] = [key, far];
    }
    return found;
  }

  #drop(key: string): void {
    const picture = this.#pictures.get(key);
    if (picture === undefined) return;
    this.#pictures.delete(key);
    this.#bytes -= picture.facts.bytes;
    picture.release();
  }
}

function keyOf(number: number, rendition: string): string {
  return `${number} ${rendition}`;
}
