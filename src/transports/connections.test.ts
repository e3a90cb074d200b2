import assert from "node:assert/strict";
import { test } from "node:test";
import { Connections } from "./connections.ts";

// A number names one connection in logs and tags: given twice, two clients could not be told apart.
test("places are bounded, and no number is given twice", () => {
  const places = new Connections(2);
  assert.deepEqual(
    [places.enter("classic"), places.enter("http"), places.enter("classic")],
    [1, 2, undefined],
  );
  places.leave("http");
  assert.equal(places.open, 1);
  assert.deepEqual([places.enter("http"), places.enter("http")], [3, undefined]);
  places.leave("http");
  places.leave("classic");
  assert.throws(() => places.leave("classic"), /never came/);
});

// Who counts connections counts each once, whatever it speaks in the course of its life.
test("a connection that speaks something else is counted there, and leaves from there", () => {
  const places = new Connections(2);
  places.enter("http");
  places.enter("http");
  places.change("http", "websocket");
  assert.deepEqual(places.speaking, { classic: 0, http: 1, websocket: 1 });
  places.leave("websocket");
  assert.deepEqual(places.speaking, { classic: 0, http: 1, websocket: 0 });
  assert.throws(() => places.leave("websocket"), /never came/);
  assert.equal(places.open, 1);
});
