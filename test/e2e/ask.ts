import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { ClassicItem } from "../../src/wire/classicReader.ts";
import { Viewer } from "./viewer.ts";

/** Sends requests, closes its half, and gives all that comes until the server closes in order. */
export async function ask(
  test: TestContext,
  port: number,
  requests: string | Uint8Array,
): Promise<readonly ClassicItem[]> {
  const viewer = await Viewer.open(test, port);
  return takeRest(viewer.send(requests).closeHalf());
}

/** All that comes until the server closes, which it must do in order and at the end of a frame or line. */
export async function takeRest(viewer: Viewer): Promise<readonly ClassicItem[]> {
  const { items, ending } = await viewer.rest();
  assert.equal(ending, "closed");
  assert.ok(viewer.isAtBoundary, "the connection ends inside of a frame or line");
  return items;
}

/** What came, in short: the first sample of a frame's raster, `!CODE` or `END`. */
export function brief(items: readonly ClassicItem[]): (number | string)[] {
  return items.map((item) => {
    if (item.kind === "frame") return item.bytes[item.header.headerBytes] ?? "an empty frame";
    return item.kind === "error" ? `!${item.code}` : "END";
  });
}
