import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Client } from "../../client/index.ts";
import { nextRun } from "./around.ts";
import { readWishes } from "./attributes.ts";
import { movieOf } from "./movies.testing.ts";
import type { Route } from "./route.ts";
import { readSource } from "./source.ts";
import { Timeline } from "./timeline.ts";
import { widthFor } from "./widths.ts";
import {
  DEFAULT_WISHES,
  askingOf,
  directionOf,
  fpsText,
  frameAfter,
  missingPolicy,
  routeOf,
} from "./wishes.ts";
import { captionOf, frameSentence, sentenceOf } from "./words.ts";

const timeline = new Timeline(movieOf({ fps: "24000/1001" }));

describe("what is asked for", () => {
  it("is as wide as it is shown, rounded up to steps, and never wider than the movie", () => {
    assert.equal(widthFor(300, 2048), 320);
    assert.equal(widthFor(321, 2048), 480);
    assert.equal(widthFor(320.4, 2048), 320);
    assert.equal(widthFor(1300, 1920), undefined);
    assert.equal(widthFor(100_000, undefined), undefined);
    assert.equal(widthFor(300, undefined), 320);
  });

  it("is the same for players of about the same size, and smaller while somebody scrubs", () => {
    // What is asked is not asked of anybody here.
    const looked = {
      client: undefined as unknown as Client,
      movie: "sw",
      own: 2048,
      policy: null,
      isPreview: false,
    };
    const one = askingOf({ ...DEFAULT_WISHES, shownWidth: 1201 }, looked);
    const other = askingOf({ ...DEFAULT_WISHES, shownWidth: 1279 }, looked);
    assert.equal(one.key, other.key);
    assert.deepEqual(one.rendition, { format: "jpeg", width: 1280 });
    const preview = askingOf({ ...DEFAULT_WISHES, shownWidth: 1201 }, { ...looked, isPreview: true });
    assert.deepEqual(preview.rendition, { format: "jpeg", width: 320 });
    const small = askingOf({ ...DEFAULT_WISHES, shownWidth: 200 }, { ...looked, isPreview: true });
    assert.deepEqual(small.rendition, { format: "jpeg", width: 240 });
    const own = askingOf(
      { ...DEFAULT_WISHES, rendition: { format: "png", width: "own", exposure: 1 } },
      looked,
    );
    assert.deepEqual(own.rendition, { format: "png", exposure: 1 });
  });

  it("is the frame before a missing one, unless the movie or whoever watches wants it otherwise", () => {
    assert.equal(missingPolicy(DEFAULT_WISHES, null), "hold");
    assert.equal(missingPolicy(DEFAULT_WISHES, "black"), "black");
    assert.equal(missingPolicy({ ...DEFAULT_WISHES, missing: "error" }, "black"), "error");
  });

  it("plays at the movie's exact rate, or so many times as fast, as long as a server takes it", () => {
    assert.equal(fpsText(DEFAULT_WISHES, timeline), "24000/1001");
    assert.equal(fpsText({ ...DEFAULT_WISHES, rate: -1 }, timeline), "24000/1001");
    assert.equal(fpsText({ ...DEFAULT_WISHES, rate: 2 }, timeline), "47.952048");
    assert.equal(fpsText({ ...DEFAULT_WISHES, rate: 1000 }, timeline), "1000.000000");
  });

  it("goes backwards below 0, and forwards again when both are turned", () => {
    assert.equal(directionOf({ ...DEFAULT_WISHES, rate: -2 }), -1);
    assert.equal(directionOf({ ...DEFAULT_WISHES, rate: -2, direction: -1 }), 1);
  });

  it("is what lies within in and out, of what there is", () => {
    assert.deepEqual(routeOf({ ...DEFAULT_WISHES, range: [90, 200] }, timeline), {
      first: 90,
      last: 100,
      step: 1,
      atEnd: "stop",
    });
    const live = new Timeline(movieOf({ live: true, newest: 30 }));
    assert.equal(routeOf(DEFAULT_WISHES, live).last, 100);
    assert.equal(routeOf({ ...DEFAULT_WISHES, loop: true }, live).last, 30);
  });

  it("goes on after an hour where it would be, or stays at the end", () => {
    const movie = new Timeline(movieOf({}));
    const hour = 3_600_000;
    assert.equal(frameAfter(hour + 500, 1, { ...DEFAULT_WISHES, loop: true }, movie), 13);
    assert.equal(frameAfter(hour, 1, DEFAULT_WISHES, movie), 100);
    assert.equal(frameAfter(hour, 50, { ...DEFAULT_WISHES, rate: -1 }, movie), 1);
  });

  it("is looked ahead for in the direction first, then behind, and never twice", () => {
    const route: Route = { first: 1, last: 20, step: 1, atEnd: "stop" };
    const around = { route, frame: 10, direction: 1, forward: 5, backward: 3 } as const;
    const kept = new Set<number>();
    const has = (number: number): boolean => kept.has(number);
    assert.deepEqual(nextRun({ ...around, has }), { from: 11, to: 15 });
    for (const number of [11, 12, 15]) kept.add(number);
    assert.deepEqual(nextRun({ ...around, has }), { from: 13, to: 14 });
    for (const number of [13, 14]) kept.add(number);
    assert.deepEqual(nextRun({ ...around, has }), { from: 9, to: 7 });
    for (const number of [7, 8, 9]) kept.add(number);
    assert.equal(nextRun({ ...around, has }), undefined);
    const loop: Route = { ...route, atEnd: "loop" };
    assert.deepEqual(nextRun({ ...around, route: loop, frame: 19, has: () => false }), { from: 20, to: 20 });
  });

  it("is of the movie that the address names, of this server or another, with its part", () => {
    const base = "https://wiki.example/pages/a";
    assert.deepEqual(readSource("/movies/sw", base), {
      server: "wss://wiki.example/ws",
      movie: "sw",
      from: undefined,
      to: undefined,
    });
    const other = readSource("http://host:8080/studio/movies/sh010%2Fbeauty?from=-5&to=10", base);
    assert.deepEqual(other, { server: "ws://host:8080/studio/ws", movie: "sh010/beauty", from: -5, to: 10 });
    assert.equal(readSource("/watch/sw", base)?.movie, "sw");
    for (const text of ["", "sw", "/movies/", "/movies/%zz", "javascript:0", "http://"])
      assert.equal(readSource(text, base), undefined, text);
  });

  it("is read from a tag, where what cannot be is left at its default", () => {
    const tag: Record<string, string> = { loop: "", contract: "all", missing: "nothing", priority: "700" };
    assert.deepEqual(
      readWishes((name) => tag[name] ?? null),
      {
        loop: true,
        bounce: false,
        contract: "all",
        missing: undefined,
        priority: 255,
      },
    );
  });
});

describe("what people are told", () => {
  it("begins with the frame's number, and says what stands in for it", () => {
    const holed = new Timeline(movieOf({ holes: "57-58", last: 100, newest: 90, live: true }));
    const caption = (number: number, isSubstitute: boolean, hasPicture = true) =>
      captionOf({ number, isSubstitute, hasPicture }, holed);
    assert.deepEqual(caption(56, false), { text: "56", tone: "plain" });
    assert.deepEqual(caption(57, true), { text: "57 missing, showing 56", tone: "held" });
    assert.deepEqual(caption(95, true), { text: "95 not rendered yet, showing 90", tone: "held" });
    assert.deepEqual(caption(60, true), { text: "60 cannot be read, showing an earlier one", tone: "held" });
    assert.deepEqual(caption(60, false, false), { text: "60 cannot be shown", tone: "missing" });
  });

  it("is a sentence, also for a code that nobody knows here", () => {
    assert.equal(
      sentenceOf({ code: "MOVIE_NOT_FOUND", title: "x" }, "sw"),
      "There is no movie “sw” on this server.",
    );
    assert.equal(sentenceOf({ code: "TOMORROW", title: "Come back tomorrow." }, "sw"), "Come back tomorrow.");
    assert.equal(frameSentence("FRAME_MISSING", 57), "Frame 57 has not been rendered.");
    assert.equal(frameSentence("FRAME_TRUNCATED", 57), "Frame 57 cannot be read.");
  });
});
