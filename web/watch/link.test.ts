import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Place, placeQuery, readPlace } from "./link.ts";

function said(place: Place): Place {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}

describe("a link", () => {
  // "Look at this, frame 1043, upper left, two stops up": a link says it.
  it("reopens exactly what was seen", () => {
    const place: Place = {
      frame: -12,
      in: -20,
      out: 1043,
      repeat: "bounce",
      zoom: 3.5,
      x: -0.25,
      y: -1.5,
      levels: { low: 0.5, high: 4095 },
      exposure: -2,
      compare: "a&b/ü 50%",
      mode: "wipe",
      offset: 3,
      edge: 0.25,
      quality: "jpeg95",
      contract: "all",
      priority: 7,
      panel: "histogram",
    };
    assert.deepEqual(said(readPlace(placeQuery(place))), place);
  });

  it("says how bright a difference is, and where the edge of a wipe", () => {
    const compare = "b";
    assert.equal(
      placeQuery({ compare, mode: "difference", gain: 16, edge: 0.1 }),
      "?compare=b&mode=difference&gain=16",
    );
    assert.equal(placeQuery({ compare, mode: "side", gain: 16, edge: 0.1 }), "?compare=b");
    assert.deepEqual(said(readPlace("?mode=difference&gain=16")), { mode: "difference", gain: 16 });
    assert.deepEqual(said(readPlace("?gain=3&edge=1.5&quality=best&contract=most&priority=256")), {});
  });

  it("says nothing of what is usual", () => {
    assert.equal(
      placeQuery({ repeat: "loop", zoom: 1, x: 0, y: 0, exposure: 0, mode: "wipe", edge: 0.1 }),
      "",
    );
    assert.equal(placeQuery({ quality: "auto", contract: "paced", priority: 3 }), "");
    assert.deepEqual(said(readPlace("")), {});
  });

  // Links are typed, cut and mailed: what is broken in one breaks nothing else.
  it("is read as far as it can be", () => {
    const place = readPlace("?frame=12&in=1e3&out=&zoom=NaN&levels=9,1&mode=round&x=Infinity&exposure=1");
    assert.deepEqual(said(place), { frame: 12, exposure: 1 });
    assert.deepEqual(readPlace("?levels=auto").levels, "auto");
    assert.equal(readPlace("?levels=1,2,3").levels, undefined);
  });
});
