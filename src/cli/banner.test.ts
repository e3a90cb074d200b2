import assert from "node:assert/strict";
import { test } from "node:test";
import { bestPriorities, everybody } from "../base/addressBlocks.ts";
import { Secret } from "../base/secret.ts";
import { BitRate, Bytes, Priority } from "../base/units.ts";
import { type Settings, defaultSettings } from "../settings.ts";
import { banner, SHOWN_MOVIES } from "./banner.ts";
import { movieOf } from "./movieOf.testing.ts";
import { PLAIN } from "./palette.ts";
import type { FrameLog } from "../main.ts";

const look = { width: 160, height: 120, bits: 8, channels: 3, bytes: Bytes(57_615) };

/** What `serve` prints for a library of these movies. */
function printed(names: readonly string[], given: Partial<Settings> = {}, isComplete = true): string {
  const settings = { ...defaultSettings(2), ...given };
  const logs = names.map((name) => movieOf(name, [1, 2]));
  const movies = logs.slice(0, SHOWN_MOVIES).map((log) => ({ log, look }));
  const progress = { isComplete, folders: 1, movies: logs.length, frames: 2 * logs.length };
  const find = (name: string): FrameLog | undefined => logs.find((log) => log.name === name);
  const catalogue = { movies: logs, progress, find, watch: () => () => undefined };
  const server = {
    classic: { host: settings.host, port: 7038 },
    http: settings.http === "off" ? undefined : { host: settings.host, port: settings.http },
    catalogue,
    maxConnections: 900,
    request: () => "me:3:start_movie:sw\n",
  };
  return banner({ library: "images", server, movies, settings }, PLAIN);
}

// Whoever starts a server for the first time has nothing but these lines.
test("the banner says what was found, where to watch it, and how it ends", () => {
  const text = printed(["sw"]);
  assert.match(text, /^images: 1 movie\n/);
  assert.match(text, /\n {2}sw +2 +1-2 +160x120 +8-bit +netpbm +24 +complete\n/);
  assert.match(text, /Listening on 127\.0\.0\.1:7038 \(classic protocol, up to 900 connections\)/);
  assert.ok(text.includes(String.raw`printf 'me:3:start_movie:sw\n' | nc -N 127.0.0.1 7038 | ffplay`));
  assert.match(text, /Ctrl-C finishes the frames under way, for at most 8s/);
});

// A browser is what most people have: its address must be there to click on.
test("the banner says where the first movie's page is and its pictures are, where HTTP is served", () => {
  const text = printed(["sh010/beauty"]);
  assert.match(text, /Listening on http:\/\/127\.0\.0\.1:8080 \(HTTP/);
  assert.match(text, /\n {2}http:\/\/127\.0\.0\.1:8080\/watch\/sh010%2Fbeauty\n/);
  assert.match(text, /\n {2}http:\/\/127\.0\.0\.1:8080\/movies\/sh010%2Fbeauty\.mjpeg\n/);
  assert.match(printed(["sw"], { host: "::" }), /http:\/\/\[::1\]:8080\/movies\/sw\.mjpeg/);
  assert.doesNotMatch(printed(["sw"], { http: "off" }), /http:/);
});

// A folder of thousands of shots must not scroll the commands off the screen.
test("of a large library the first movies are shown, and how to see the rest", () => {
  const text = printed(Array.from({ length: 12 }, (_, index) => `shot${index}`));
  assert.match(text, /^images: 12 movies\n/);
  assert.match(text, /… and 2 more: mutoscope ls images\n/);
  assert.doesNotMatch(text, /shot10 /);
});

// An empty folder is the usual first mistake: what to type next is the answer.
test("for an empty library the banner says what is expected and how to import a video", () => {
  const text = printed([]);
  assert.match(text, /^images: 0 movies\n {2}No movie is here yet\./);
  assert.match(text, /mutoscope import VIDEO NAME --library images/);
});

// A disk of a million frames takes minutes: who starts a server must see that it serves, and how far it is.
test("while the library is looked through the banner says how far it is, and what to type", () => {
  const text = printed(["sw"], {}, false);
  assert.match(text, /^images: looking through it, 1 folder, 1 movie, 2 frames so far\n/);
  assert.match(text, /Listening on 127\.0\.0\.1:7038/);
  assert.match(text, /printf 'me:3:start_movie:sw/);
});

// Letting others in must be a decision, and so must the lack of passwords.
test("on loopback the banner says how to let others in, elsewhere that everyone can watch", () => {
  assert.match(printed(["sw"]), /Other machines cannot connect\. To let them in: --host 0\.0\.0\.0/);
  const open = printed(["sw"], { host: "0.0.0.0" });
  assert.match(open, /Everyone who reaches ports 7038 and 8080 of .* can watch every movie/);
  assert.doesNotMatch(open, /cannot connect/);
});

// Law 2: without an egress budget the promise is the order of hand-overs, and `serve` says so.
test("the banner says what priority means without an egress budget", () => {
  const text = printed(["sw"], { bestPriority: everybody(Priority(2)) });
  assert.match(text, /smaller first,\nhere 2 at best \(--best-priority\)/);
  assert.match(
    text,
    /ordered strictly by it\. There is no egress budget \(--egress\), so what\nis promised is the order/,
  );
});

// Two clients that ask for the same and get something else look like a fault of the server.
test("the banner says who may have which priority at best", () => {
  const best = bestPriorities.parse("loopback=0,10.0.0.0/8=1,others=5");
  assert.match(printed(["sw"]), /here at best 0 from loopback, 3 from elsewhere \(--best-priority\)/);
  assert.match(
    printed(["sw"], { bestPriority: best ?? assert.fail() }),
    /at best 0 from loopback, 1 from 10\.0\.0\.0\/8, 5 from elsewhere/,
  );
});

// A promise without its number is none. Here it is 5 ms of the budget for the slice and 10 for the burst.
test("with a budget the banner says in numbers what is promised, and who keeps or is refused what", () => {
  const given = { egress: BitRate(100e6), slice: Bytes(62_500), egressBurst: Bytes(125_000) };
  const strict = printed(["sw"], given);
  assert.match(
    strict,
    /At most 100Mbit\/s leave \(--egress\): .* waits\nat most 15 ms for others, plus one turn/,
  );
  assert.doesNotMatch(strict, /Policy|BUSY|kernel/);
  const floors = new Map([[Priority(9), 0.05]]);
  const weighted = printed(["sw"], { ...given, policy: "weighted", floors, admission: 0.8 });
  assert.match(weighted, /at most 20.3 ms for others, plus/);
  assert.match(weighted, /\nPolicy weighted: of what leaves, priorities keep shares: 9=5%\.\n/);
  assert.match(weighted, /\nTimed playbacks are admitted up to 80% of it; others are refused with BUSY/);
});

// It would stand in the journal of every service manager.
test("the banner does not print the operator's token", () => {
  const operatorToken = new Secret("correct-horse-battery");
  assert.doesNotMatch(printed(["sw"], { operatorToken }), /correct-horse/);
});
