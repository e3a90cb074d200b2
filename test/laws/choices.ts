import assert from "node:assert/strict";
import type { HandOver } from "../../src/dispatch/sink.ts";
import type { Choice, Sizes } from "./chooser.ts";
import type { Facts } from "./facts.ts";

/** Says what is wrong with a hand-over that is not the naive chooser's. */
export function explain(client: Facts, handOver: HandOver, choice: Choice | undefined): void {
  assert.ok(choice, "a hand-over was made when nobody could go");
  assert.equal(client.id, choice.client.id, "another client than the sorted list's first");
  assert.ok(!choice.waits, "a hand-over was made for which the server's bucket has too few tokens");
  assert.equal(handOver.bytes, choice.bytes, "another size than the sorted list's");
}

type Limits = Sizes & Pick<Facts, "period">;

/** Law 4. */
export function checkSize({ bytes }: HandOver, messages: number, { handOver, slice, period }: Limits): void {
  assert.ok(bytes <= (messages > 1 ? handOver : slice), `${bytes} bytes of ${messages} messages at once`);
  assert.ok(messages === 1 || period === undefined, "timed messages were gathered");
}
