import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { HandOver } from "../../src/dispatch/sink.ts";
import type { Received } from "../../src/simulate/sink.ts";
import {
  checkNothingSilent,
  checkOrder,
  checkReceipt,
  checkStops,
  type EpochStory,
  epochsOf,
} from "./checks.ts";
import { drainAll, events, happen, rigOptions } from "./events.ts";
import { readAll } from "./reader.ts";
import { Rig, type RigOptions, type Standing } from "./rig.ts";
import { type Scenario, scenario, Show, type Story } from "./scenario.ts";
import { findBreach } from "./seed.ts";

// A check that cannot fail guards nothing: each of these breaks a law on purpose.

class DeafRig extends Rig {
  #drains = 0;

  override tellDrained(queue: Queue): void {
    this.#drains += 1;
    if (this.#drains !== 2) super.tellDrained(queue);
  }
}

class InvertedRig extends Rig {
  override tellStanding(queue: Queue, { priority, period }: Standing): void {
    super.tellStanding(queue, { priority: 255 - priority, period });
  }
}

class ImpatientRig extends Rig {
  override tellStanding(queue: Queue, { priority }: Standing): void {
    super.tellStanding(queue, { priority, period: undefined });
  }
}

class LossyRig extends Rig {
  #handOvers = 0;

  override deliver(handOver: HandOver): HandOver {
    this.#handOvers += 1;
    return this.#handOvers === 3 ? { ...handOver, parts: handOver.parts.slice(1) } : handOver;
  }
}

function breachIn(create: (options: RigOptions) => Rig): string | undefined {
  const property = fc.property(rigOptions, events, (options, all) => {
    const rig = create(options);
    for (const event of all) happen(rig, event);
    drainAll(rig);
  });
  return findBreach(property, 300);
}

test("the checker sees a drain that gets lost", () => {
  assert.match(
    breachIn((options) => new DeafRig(options)) ?? "",
    /nothing moves|sorted list|overtook|under way/,
  );
});

test("the checker sees that the worst priority goes first", () => {
  assert.match(
    breachIn((options) => new InvertedRig(options)) ?? "",
    /sorted list|nobody could go|overtook|lost its slot/,
  );
});

test("the checker sees that dues are not kept", () => {
  assert.match(
    breachIn((options) => new ImpatientRig(options)) ?? "",
    /sorted list|nobody could go|due|gathered/,
  );
});

test("the checker sees that a part of a hand-over is lost", () => {
  assert.match(breachIn((options) => new LossyRig(options)) ?? "", /another client|message|continues/);
});

/** Whether every scenario that `spoil` finds something to spoil in is noticed by `check`. */
function isNoticed(spoil: (story: Story) => boolean, check: (story: Story, show: Show) => void): boolean {
  let spoilt = 0;
  const property = fc.property(scenario, (one: Scenario) => {
    const show = new Show(one).run();
    for (const story of show.stories) {
      if (!spoil(story)) continue;
      spoilt += 1;
      assert.throws(() => check(story, show));
    }
  });
  const breach = findBreach(property, 60);
  assert.equal(breach, undefined);
  return spoilt > 5;
}

const received = ({ viewer }: Story): Received[] => viewer.sink.received;

/** Reads anew what has been spoilt. */
function reread(story: Story, show: Show): void {
  story.arrived.splice(0, story.arrived.length, ...readAll(received(story)));
  checkOrder(story);
  for (const epoch of epochsOf(show, story)) checkReceipt(epoch);
}

const hasThree = ({ closed, watcher, arrived, viewer }: Story): boolean =>
  !closed && watcher.link.rate > 0 && arrived.length > 2 && viewer.sink.received.length > 2;

function lose(story: Story): boolean {
  return hasThree(story) && received(story).splice(0, 1).length > 0;
}

function double(story: Story): boolean {
  const [first] = received(story);
  if (first === undefined || !hasThree(story)) return false;
  received(story).unshift(first);
  return true;
}

function exchange(story: Story): boolean {
  const [first, second] = received(story);
  if (first === undefined || second === undefined || !hasThree(story)) return false;
  received(story).splice(0, 2, second, first);
  return true;
}

test("the checker sees a hand-over that is lost, doubled or exchanged with the next", () => {
  assert.ok(isNoticed(lose, reread));
  assert.ok(isNoticed(double, reread));
  assert.ok(isNoticed(exchange, reread));
});

/** Pretends that the command came before a message that was there. */
function delayMessage({ epochs, arrived }: Story): boolean {
  const late = arrived.find((message) => epochs[message.epoch + 1] !== undefined);
  const next = late && epochs[late.epoch + 1];
  if (late === undefined || next === undefined) return false;
  epochs[late.epoch + 1] = { ...next, handOvers: late.handOver };
  return true;
}

test("the checker sees a message of an old epoch that starts after the command", () => {
  assert.ok(isNoticed(delayMessage, checkStops));
});

function miscount({ closed, viewer }: Story): boolean {
  const [end] = viewer.ended;
  if (closed || end === undefined) return false;
  const { receipt } = end;
  const wrong = { ...receipt, sent: receipt.sent + 1, skipped: receipt.skipped + 1 };
  viewer.ended[0] = { ...end, receipt: wrong };
  return true;
}

function miscountFinished(story: Story): boolean {
  const [end] = story.viewer.ended;
  return end?.receipt.end === "finished" && !end.plan.repeat && miscount(story);
}

const everyEpoch =
  (check: (epoch: EpochStory) => void) =>
  (story: Story, show: Show): void => {
    for (const epoch of epochsOf(show, story)) if (epoch.receipt !== undefined) check(epoch);
  };

test("the checker sees a receipt that is wrong by one", () => {
  assert.ok(isNoticed(miscount, everyEpoch(checkReceipt)));
  assert.ok(isNoticed(miscountFinished, everyEpoch(checkNothingSilent)));
});
