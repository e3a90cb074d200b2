import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { type Receipt, events } from "../base/events.ts";
import { present } from "../base/assert.ts";
import type { LogLevel } from "../base/logLevel.ts";
import { humanLine } from "./humanLines.ts";
import { startLogs } from "./logs.ts";
import { ManualClock } from "./manualClock.testing.ts";

type Logged = { readonly level: string; readonly msg: string } & { readonly [field: string]: unknown };

/** A log whose lines are kept. */
function logging(t: TestContext, level: LogLevel): { clock: ManualClock; lines: Logged[]; stop: () => void } {
  const clock = new ManualClock();
  const lines: Logged[] = [];
  const write = (json: string) => void lines.push(JSON.parse(json) as Logged);
  const destination = { write, close: () => {} };
  const logs = startLogs({ level, clock, destination });
  const stop = () => logs.stop();
  t.after(stop);
  return { clock, lines, stop };
}

function failFrame(frame: number): void {
  events.frameFailed.publish({ movie: "sw", frame, code: "FRAME_EMPTY", detail: "found 0 bytes" });
}

const receipt: Receipt = {
  movie: "sw",
  epoch: 1,
  end: "finished",
  first: 1,
  last: 100,
  contract: "paced",
  sent: 98,
  priority: 3,
  wished: 0,
  skipped: 0,
  missing: 2,
  substituted: 0,
  late: 0,
  lateness: { median: 0.41234567, worst: 95.2 },
  waits: { production: 0.25, ring: 0, client: 0, budget: 1234.5, better: 90.0001, turn: 4.56789 },
  bytes: 5_646_270,
  digest: "00",
};

/** How people see the line of this receipt, but for what is changed in it. */
function receiptLine(change: Partial<Receipt>): string {
  const line = { level: "info", time: 0, msg: "playback finished" };
  return humanLine(JSON.stringify({ ...line, ...receipt, ...change }));
}

// A movie of empty files fails a thousand times a second: the log must not become the load.
test("frames that fail make one line at once and one with their number after 10 s", (t) => {
  const { clock, lines } = logging(t, "info");
  for (let frame = 1; frame <= 500; frame++) failFrame(frame);
  assert.deepEqual(
    lines.map(({ level, msg, frame, code }) => ({ level, msg, frame, code })),
    [{ level: "warn", msg: "frame failed", frame: 1, code: "FRAME_EMPTY" }],
  );
  clock.advance(10_000);
  assert.equal(lines.length, 2);
  assert.equal(lines[1]?.["more"], 499);
  assert.match(lines[1]?.msg ?? "", /^frame failed FRAME_EMPTY/);
});

// Law 8: on untagged classic the log is the only place where a receipt can be seen.
test("every playback that ends is a line with its receipt", (t) => {
  const { lines } = logging(t, "info");
  for (let connection = 1; connection <= 3; connection++)
    events.playbackEnded.publish({ connection, playback: `p-${connection}`, receipt, code: undefined });
  assert.equal(lines.length, 3);
  const { connection, playback, sent, missing, digest, msg } = present(lines[2], "there is a third line");
  assert.deepEqual(
    { connection, playback, sent, missing, digest, msg },
    { connection: 3, playback: "p-3", sent: 98, missing: 2, digest: "00", msg: "playback finished" },
  );
});

// A late frame is seen; why it was late is asked for a day after.
test("a receipt's line has priority, lowered wish, lateness and waits, as numbers for programs", (t) => {
  const { lines } = logging(t, "info");
  events.playbackEnded.publish({ connection: 1, playback: "p-1", receipt, code: undefined });
  const { priority, wished, contract, lateness, waits } = present(lines[0], "there is a line");
  assert.deepEqual(
    { priority, wished, contract, lateness, waits },
    {
      priority: 3,
      wished: 0,
      contract: "paced",
      lateness: { median: 0.412, worst: 95.2 },
      waits: { production: 0.25, ring: 0, client: 0, budget: 1234.5, better: 90, turn: 4.568 },
    },
  );
});

// Six reasons of which four are 0 hide the two that count.
test("for people, a receipt names the waits there were, the largest first, and the kind of skips", () => {
  const line = receiptLine({ skipped: 12 });
  assert.match(line, / {2}priority=3 {2}wished=0 .* {2}contract=paced {2}skipped="12 late" /);
  assert.match(line, / {2}lateness="median 0.412 ms, worst 95.2 ms" /);
  assert.match(line, / {2}waits="budget 1.23 s, better 90 ms, turn 4.57 ms, production 0.25 ms"\n$/);
  assert.match(receiptLine({ skipped: 12, contract: "latest" }), / {2}skipped="12 replaced" /);
  const nothing = { production: 0, ring: 0, client: 0, budget: 0, better: 0, turn: 0 };
  assert.match(receiptLine({ waits: nothing, lateness: undefined }), / {2}contract=paced {2}skipped=0\n$/);
});

// Why a playback was suddenly first, or last, is a question for whoever changed it.
test("a playback that an operator has given another priority is a line with both", (t) => {
  const { lines } = logging(t, "info");
  const change = { connection: 4, playback: "p-4-k3f9x2ab", epoch: 2, movie: "sw", from: 5, to: 0 };
  events.playbackReprioritized.publish(change);
  const { level, msg, time, ...fields } = present(lines[0], "there is a line");
  assert.deepEqual([level, msg, typeof time, fields], ["info", "playback reprioritized", "string", change]);
});

// A hole ends a playback without any file having failed: this line is the only one that says why.
test("a playback that failed says why", (t) => {
  const { lines } = logging(t, "info");
  events.playbackEnded.publish({
    connection: 1,
    playback: "p-1",
    receipt: { ...receipt, end: "failed" },
    code: "FRAME_MISSING",
  });
  assert.equal(lines[0]?.msg, "playback failed");
  assert.equal(lines[0]?.["code"], "FRAME_MISSING");
});

// A client that starts and stops in a loop must not fill a disk.
test("playbacks beyond a hundred in 10 s are counted", (t) => {
  const { clock, lines } = logging(t, "info");
  for (let connection = 1; connection <= 1000; connection++)
    events.playbackEnded.publish({ connection, playback: `p-${connection}`, receipt, code: undefined });
  assert.equal(lines.length, 100);
  clock.advance(10_000);
  assert.equal(lines[100]?.["more"], 900);
});

// Connections come and go by the thousand; why one was closed by us is worth a line.
test("connections are told under debug, but for those that the server closes", (t) => {
  const { lines } = logging(t, "info");
  events.connectionOpened.publish({ connection: 1, transport: "classic", peer: "10.0.0.1:5000" });
  events.connectionClosed.publish({
    connection: 1,
    transport: "classic",
    peer: "10.0.0.1:5000",
    reason: undefined,
  });
  assert.deepEqual(lines, []);
  events.connectionClosed.publish({
    connection: 2,
    transport: "classic",
    peer: "10.0.0.1:5001",
    reason: "CONNECTION_STALLED",
  });
  assert.equal(lines[0]?.["code"], "CONNECTION_STALLED");
});

// A level that was not asked for must cost nothing, and a stopped log must not hold what it listened to.
test("the level bounds what is written, and after stop nothing is", (t) => {
  const { clock, lines, stop } = logging(t, "error");
  failFrame(1);
  assert.deepEqual(lines, []);
  assert.equal(clock.waiting, 0);
  events.workerDied.publish({ detail: "exit 1" });
  events.workerDied.publish({ detail: "exit 1" });
  stop();
  stop();
  assert.equal(lines.length, 2);
  assert.equal(lines[1]?.["more"], 1);
  assert.equal(events.workerDied.hasListeners, false);
  assert.equal(clock.waiting, 0);
});

// A farm lands a hundred frames a second, for hours.
test("frames that land, are rewritten and go make one line for all movies in 10 s", (t) => {
  const { clock, lines } = logging(t, "info");
  for (let second = 0; second < 9; second++) {
    for (const movie of ["beauty", "depth"])
      events.movieChanged.publish({ movie, landed: 50, revised: 1, removed: second === 0 ? 3 : 0 });
    clock.advance(1000);
  }
  assert.equal(lines.length, 0);
  clock.advance(1000);
  assert.equal(lines.length, 1);
  const { msg, movies, landed, revised, removed } = present(lines[0], "there is a line");
  assert.deepEqual(
    { msg, movies, landed, revised, removed },
    { msg: "movies changed", movies: 2, landed: 900, revised: 18, removed: 6 },
  );
  clock.advance(60_000);
  assert.equal(lines.length, 1);
});

// Who is asked why a frame is not seen looks here first.
test("the library's scan, its movies, and what is not watched are told", (t) => {
  const { lines } = logging(t, "info");
  events.libraryScanned.publish({ folders: 3, movies: 2, frames: 400, ms: 12 });
  events.folderUnwatched.publish({ path: "/r", code: "LIBRARY_UNWATCHED", detail: "ENOSPC" });
  events.movieAdded.publish({ movie: "sw" });
  events.movieGone.publish({ movie: "sw" });
  assert.deepEqual(
    lines.map(({ level, msg }) => `${level} ${msg}`),
    ["info library looked through", "warn folders polled", "info movie added", "info movie gone"],
  );
});

// The server goes on without: nobody would learn why every restart converts everything anew.
test("a folder for converted frames that cannot be used is a warning with what the system said", (t) => {
  const { lines } = logging(t, "info");
  events.diskCacheFailed.publish({
    code: "CACHE_UNUSABLE",
    detail: "the folder could not be written: ENOSPC",
  });
  const [line] = lines;
  assert.deepEqual([line?.level, line?.["code"]], ["warn", "CACHE_UNUSABLE"]);
  assert.match(String(line?.["detail"]), /ENOSPC/);
});

// Nobody asks for frames one by one in a log: listening would make the stages build an event for each.
test("the log does not listen to produced frames", (t) => {
  logging(t, "debug");
  assert.equal(events.frameProduced.hasListeners, false);
});

// Programs read the log from standard error; standard output belongs to the banner.
test("without a terminal the log is JSON on standard error, complete when it is stopped", () => {
  const program = `
    import { systemClock } from "./src/base/systemClock.ts";
    import { events } from "./src/base/events.ts";
    import { startLogs } from "./src/observe/logs.ts";
    const logs = startLogs({ level: "info", clock: systemClock });
    for (let i = 0; i < 5; i++) events.workerDied.publish({ detail: "exit 1" });
    logs.stop();
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    cwd: new URL("../..", import.meta.url),
  });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "");
  const lines = stderr.trim().split("\n");
  assert.deepEqual(
    lines.map((json) => (JSON.parse(json) as Logged).level),
    ["error", "error"],
  );
});

// A client chooses its request's text: on a terminal it must stay text.
test("a line for people shows time, level, message and fields, and escapes what a terminal obeys", () => {
  const detail = 'found "a\u001b[2J"';
  const json = JSON.stringify({
    level: "warn",
    time: "2026-01-02T03:04:05.000Z",
    connection: 7,
    detail,
    msg: "request refused",
  });
  assert.match(
    humanLine(json),
    /^\d\d:\d\d:05 warn {2}request refused {2}connection=7 {2}detail="found \\"a\\x1b\[2J\\""\n$/,
  );
});
