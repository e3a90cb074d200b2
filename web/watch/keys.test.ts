import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Pressed, actionOf } from "./keys.ts";

function press(key: string, held: Partial<Pressed> = {}): unknown {
  return actionOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });
}

describe("keys", () => {
  // What every desktop player does: see the conventions of players in docs/pages/player.md.
  it("do what they do in other players, in capitals too", () => {
    assert.deepEqual(press("J"), { do: "shuttle", direction: -1 });
    assert.deepEqual(
      [press("k"), press(" "), press("i"), press("Home")],
      [{ do: "stop" }, { do: "toggle" }, { do: "markIn" }, { do: "first" }],
    );
    assert.deepEqual(
      [press("ArrowLeft"), press(".")],
      [
        { do: "step", frames: -1 },
        { do: "step", frames: 1 },
      ],
    );
    assert.deepEqual(press("ArrowRight", { shiftKey: true }), { do: "step", frames: 10 });
  });

  it("type numbers, also negative ones", () => {
    assert.deepEqual(
      [press("7"), press("-")],
      [
        { do: "type", sign: "7" },
        { do: "type", sign: "-" },
      ],
    );
  });

  // Ctrl-R loads the page again.
  it("are left to the browser where it has a use for them", () => {
    assert.equal(press("r", { ctrlKey: true }), undefined);
    assert.equal(press("l", { metaKey: true }), undefined);
    assert.deepEqual([press("Tab"), press("q"), press("constructor")], [undefined, undefined, undefined]);
  });
});
