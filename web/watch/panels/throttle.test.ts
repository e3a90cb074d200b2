import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Throttle } from "./throttle.ts";

describe("what is asked for at most so often", () => {
  // A handle that is dragged has sixty places a second; a server that stretches levels has fewer.
  it("happens at once, then with pauses, and always with the last wish", (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const done: number[] = [];
    const throttle = new Throttle<number>(100, (wish) => done.push(wish));
    for (const wish of [1, 2, 3]) throttle.wish(wish);
    assert.deepEqual(done, [1]);
    test.mock.timers.tick(99);
    assert.deepEqual(done, [1]);
    test.mock.timers.tick(1);
    assert.deepEqual(done, [1, 3]);
    throttle.wish(4);
    assert.deepEqual(done, [1, 3]);
    test.mock.timers.tick(100);
    assert.deepEqual(done, [1, 3, 4]);
  });

  it("happens at once again after a rest, and no more when it is dropped", (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const done: number[] = [];
    const throttle = new Throttle<number>(100, (wish) => done.push(wish));
    throttle.wish(1);
    test.mock.timers.tick(100);
    throttle.wish(2);
    assert.deepEqual(done, [1, 2]);
    throttle.wish(3);
    throttle.drop();
    test.mock.timers.tick(1000);
    assert.deepEqual(done, [1, 2]);
  });
});
