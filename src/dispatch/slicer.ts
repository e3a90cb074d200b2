import { assert, present } from "../base/assert.ts";
import { Bytes } from "../base/units.ts";
import type { Message } from "./message.ts";

/** Cuts one message into slices without copying it. */
export class Slicer {
  readonly message: Message;
  #part = 0;
  #offset = 0;
  #left: number;

  constructor(message: Message) {
    this.message = message;
    this.#left = message.bytes;
  }

  /** Bytes of the message that have not been cut off. */
  get left(): Bytes {
    return Bytes(this.#left);
  }

  /** The next views of the message, `limit` bytes together or what is left of it. */
  take(limit: Bytes): Uint8Array[] {
    assert(limit > 0 && this.#left > 0, "nothing to cut off");
    const views: Uint8Array[] = [];
    let room: number = Math.min(limit, this.#left);
    this.#left -= room;
    while (room > 0) {
      const view = this.#view(room);
      room -= view.byteLength;
      if (view.byteLength > 0) views.push(view);
    }
    return views;
  }

  #view(room: number): Uint8Array {
    const part = present(this.message.parts[this.#part], "a message has fewer bytes than it says");
    const end = Math.min(this.#offset + room, part.byteLength);
    const view = part.subarray(this.#offset, end);
    this.#offset = end;
    if (end === part.byteLength) {
      this.#part += 1;
      this.#offset = 0;
    }
    return view;
  }
}
