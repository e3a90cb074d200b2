import assert from "node:assert/strict";
import { it } from "node:test";
import { Channel } from "../../base/diagnostics.ts";
import type { Catalogue, CatalogueChange, FrameLog } from "../../library/log.ts";
import { VirtualClock } from "../../simulate/clock.ts";
import type { ServerMessage } from "../../wire/websocket/serverMessages.ts";
import { News } from "../news.ts";
import { Watches } from "./watches.ts";

/** Watches of a library whose movies a test adds, and what their client is told. */
function open() {
  const changes = new Channel<CatalogueChange>();
  const catalogue = { movies: [], watch: (listener) => changes.subscribe(listener) } as Partial<Catalogue>;
  const state = { hasRoom: true };
  const told: ServerMessage[] = [];
  const news = new News(catalogue as Catalogue, new VirtualClock(), "run");
  const watches = new Watches(news, {
    tell: (message) => told.push(message) > 0,
    hasRoom: () => state.hasRoom,
  });
  const add = (name: string): void =>
    changes.publish({
      kind: "added",
      movie: { name, watch: () => () => {} } as Partial<FrameLog> as FrameLog,
    });
  const kinds = (): string[] =>
    told.map((each) => (each.type === "event" ? `${each.watch} ${each.kind}` : ""));
  return { watches, state, add, kinds };
}

// What a client does not read must not be kept for it, and must not be kept from it either.
it("a client that does not read is told once that it has missed something, when it has read", () => {
  const { watches, state, add, kinds } = open();
  watches.add(1, undefined);
  watches.add(2, "other");
  add("one");
  state.hasRoom = false;
  for (const name of ["two", "three", "four"]) add(name);
  watches.caughtUp();
  assert.deepEqual(kinds(), ["1 added"]);
  state.hasRoom = true;
  watches.caughtUp();
  watches.caughtUp();
  add("other");
  assert.deepEqual(kinds(), ["1 added", "1 missed", "1 added", "2 added"]);
});

it("whoever has taken a watch back hears nothing of it any more", () => {
  const { watches, add, kinds } = open();
  watches.add(1, undefined);
  watches.remove(1);
  add("one");
  watches.add(3, undefined);
  watches.close();
  watches.close();
  add("two");
  assert.deepEqual(kinds(), []);
});
