import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel } from "../base/diagnostics.ts";
import type { Catalogue, CatalogueChange } from "../library/log.ts";
import { VirtualClock } from "../simulate/clock.ts";
import { SimulatedLog } from "../simulate/log.ts";
import { News, type NewsItem, spansText } from "./news.ts";

function open(...logs: SimulatedLog[]) {
  const changes = new Channel<CatalogueChange>();
  const catalogue: Catalogue = {
    movies: logs,
    progress: { isComplete: true, folders: 1, movies: logs.length, frames: 0 },
    find: (name) => logs.find((log) => log.name === name),
    watch: (listener) => changes.subscribe(listener),
  };
  const clock = new VirtualClock();
  return { news: new News(catalogue, clock, "run"), clock, changes };
}

/** An item in one line. */
function told(item: NewsItem): string {
  if (item.kind !== "frames") return `${item.kind} ${item.log.name}`;
  const [landed, revised, removed] = [item.landed, item.revised, item.removed].map(spansText);
  return `${item.log.name} +${landed} ~${revised} -${removed}${item.isPartial ? " …" : ""}`;
}

// A shot of ten thousand frames that is copied in would be ten thousand events for every browser.
test("frames that come and go in a short time are told together, each with what happened last", () => {
  const log = new SimulatedLog("sw", [1, 2, 3]);
  const { news, clock } = open(log);
  const items: string[] = [];
  news.watch((item) => items.push(told(item)));
  for (const number of [5, 4, 6, 9]) log.write(number);
  log.write(2);
  log.remove(9);
  log.remove(1);
  assert.deepEqual(items, []);
  clock.run();
  assert.deepEqual(items, ["sw +4-6 ~2 -1,9"]);
});

// Law 6: what is kept for a listener is bounded, whatever a folder does.
test("of a burst that nobody would read some frames are named, and that there were more", () => {
  const log = new SimulatedLog("sw", [1]);
  const { news, clock } = open(log);
  const items: NewsItem[] = [];
  news.watch((item) => items.push(item));
  for (let number = 2; number < 10_100; number++) log.write(number);
  clock.run();
  assert.equal(items.length, 1);
  assert.ok(items[0]?.kind === "frames" && items[0].isPartial);
});

// A page compares two texts to know whether what it shows is old.
test("a movie's revision changes with each change, and with no other movie's", () => {
  const [log, other] = [new SimulatedLog("a", [1]), new SimulatedLog("b", [1])];
  const { news } = open(log, other);
  const seen = new Set([news.revisionOf(log)]);
  const before = news.revisionOf(other);
  log.write(2);
  seen.add(news.revisionOf(log));
  log.write(2);
  seen.add(news.revisionOf(log));
  log.remove(2);
  seen.add(news.revisionOf(log));
  assert.equal(seen.size, 4);
  assert.equal(news.revisionOf(other), before);
  for (const revision of seen) assert.match(revision, /^run-\d+$/);
});

// A browser that comes back says where it was: it must not be told that it missed nothing when it did.
test("a position is behind all that was told, and before what is told together later", () => {
  const [log, other] = [new SimulatedLog("a", [1]), new SimulatedLog("b", [1])];
  const { news, clock, changes } = open(log, other);
  const positions: string[] = [];
  const stop = news.watch(() => positions.push(news.position));
  log.write(2);
  other.write(2);
  changes.publish({ kind: "added", movie: new SimulatedLog("c", [1]) });
  assert.deepEqual(positions, [news.position], "what came at once");
  clock.run();
  assert.equal(new Set(positions).size, 3, "each item has its own");
  assert.equal(positions.at(-1), news.position);
  stop();
  log.write(3);
  assert.notEqual(positions.at(-1), news.position, "nobody listened");
});

// A name that comes again is another movie: its frames count from 1 again.
test("movies that come and go are told at once, and one that comes again has another revision", () => {
  const { news, changes } = open();
  const items: string[] = [];
  news.watch((item) => items.push(told(item)));
  const first = new SimulatedLog("sw", [1]);
  changes.publish({ kind: "added", movie: first });
  const revision = news.revisionOf(first);
  changes.publish({ kind: "gone", movie: first });
  assert.equal(first.watchers, 0);
  const again = new SimulatedLog("sw", [1]);
  changes.publish({ kind: "added", movie: again });
  assert.notEqual(news.revisionOf(again), revision);
  assert.deepEqual(items, ["added sw", "gone sw", "added sw"]);
  news.close();
  assert.equal(again.watchers, 0);
});
