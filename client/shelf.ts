import type { FrameFormat } from "../src/wire/websocket/frameHeader.ts";
import type { MutoscopeError } from "./error.ts";
import type { PlaybackReceipt } from "./receipt.ts";

/** One frame as the program gets it. */
export type Frame = {
  readonly movie: string;
  /** The number in the frame's file name: its place on the timeline, also where another picture stands in. */
  readonly number: number;
  /** 0, 1, 2 … within the epoch, through every reconnection. */
  readonly message: number;
  /** Counts start, seek and change of this playback, from 1. */
  readonly epoch: number;
  /**
   * The picture: an image file of `format`. It may point into a larger buffer: copy it to keep it for
   * long.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: FrameFormat;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** On the movie's timeline, in milliseconds; its first frame has 0. */
  readonly time: number;
  /** Another picture stands in for the frame. */
  readonly substitute: boolean;
  /** Of the picture: a frame that is written again gets the next; 0 where it is no frame of the movie. */
  readonly revision: number;
};

export type Ending =
  | { readonly kind: "receipt"; readonly receipt: PlaybackReceipt }
  | { readonly kind: "error"; readonly error: MutoscopeError };

type Result = IteratorResult<Frame, PlaybackReceipt>;
/** Told what the program does. */
export interface ShelfOwner {
  /** There is room for more. */
  taken(): void;
  /** The program knows that it is over. */
  told(): void;
}

type Waiter = { readonly resolve: (result: Result) => void; readonly reject: (error: Error) => void };

/**
 * Frames that have come and that the program has not taken. How many there may be is a matter of credit,
 * so that
 * it has no bound of its own.
 */
export class Shelf {
  readonly #frames: Frame[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #owner: ShelfOwner;
  #inHand = 0;
  #ending: Ending | undefined;

  constructor(owner: ShelfOwner) {
    this.#owner = owner;
  }

  /** Frames that lie here, and the one that the program is at. */
  get load(): number {
    return this.#frames.length + this.#inHand;
  }

  put(frame: Frame): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#frames.push(frame);
    else this.#hand(frame, waiter);
  }

  /** Throws away what lies here: the program wants something else. */
  clear(): void {
    this.#frames.length = 0;
  }

  /** Nothing more will come. What lies here is still handed out, then the ending. */
  end(ending: Ending): void {
    this.#ending = ending;
    for (const waiter of this.#waiters.splice(0)) this.#tell(ending, waiter);
  }

  /** More will come after all: the program had not been told of the ending. */
  reopen(): void {
    this.#ending = undefined;
  }

  /** The next frame, when there is one; by this the program is done with the one before. */
  next(): Promise<Result> {
    this.#inHand = 0;
    const promise = new Promise<Result>((resolve, reject) => {
      const waiter = { resolve, reject };
      const frame = this.#frames.shift();
      if (frame !== undefined) this.#hand(frame, waiter);
      else if (this.#ending !== undefined) this.#tell(this.#ending, waiter);
      else this.#waiters.push(waiter);
    });
    this.#owner.taken();
    return promise;
  }

  #hand(frame: Frame, waiter: Waiter): void {
    this.#inHand = 1;
    waiter.resolve({ done: false, value: frame });
  }

  #tell(ending: Ending, { resolve, reject }: Waiter): void {
    if (ending.kind === "receipt") resolve({ done: true, value: ending.receipt });
    else reject(ending.error);
    this.#owner.told();
  }
}
