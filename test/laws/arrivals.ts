import assert from "node:assert/strict";
import type { HandOver } from "../../src/dispatch/sink.ts";
import { LABEL_BYTES } from "./labels.ts";

export type Arrived = { readonly epoch: number; readonly number: number; readonly size: number };

/** What one client makes of the bytes that come, which is all that it knows. */
export class Arrivals {
  readonly all: Arrived[] = [];
  readonly #client: number;
  #reads: { readonly epoch: number; number: number } = { epoch: 0, number: -1 };
  #left = 0;

  constructor(client: number) {
    this.#client = client;
  }

  /** The message that was read last, or is being read. */
  get last(): readonly [epoch: number, number: number] {
    return [this.#reads.epoch, this.#reads.number];
  }

  /** Law 1, from the bytes alone. @returns of how many messages there are bytes */
  read({ parts, continues }: HandOver, epoch: number): number {
    let messages = this.#left > 0 ? 1 : 0;
    for (const part of parts) {
      if (this.#left === 0) {
        this.#readLabel(part, epoch);
        messages += 1;
      }
      this.#left -= part.byteLength;
      assert.ok(this.#left >= 0, "a message has more bytes than it says");
    }
    assert.equal(this.#left > 0, continues, "`continues` is wrong");
    return messages;
  }

  #readLabel(part: Uint8Array, opened: number): void {
    assert.ok(part.byteLength >= LABEL_BYTES, "no message where one should begin");
    const view = new DataView(part.buffer, part.byteOffset);
    const [client, epoch, number, size] = [0, 4, 8, 12].map((at) => view.getUint32(at));
    assert.equal(client, this.#client, "bytes of another client, or of the middle of a message");
    assert.equal(epoch, opened, "a message of another epoch started");
    const expected = this.#reads.epoch === epoch ? this.#reads.number + 1 : 0;
    assert.equal(number, expected, "a message is out of order, doubled or lost");
    this.#reads = { epoch, number: expected };
    this.#left = size ?? 0;
    this.all.push({ epoch, number: expected, size: this.#left });
  }
}
