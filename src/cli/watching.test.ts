import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { DEFAULT_RATE } from "../base/rate.ts";
import { FrameNumber } from "../base/units.ts";
import { movieOf } from "./movieOf.testing.ts";
import { encodeMovieName } from "../wire/movieName.ts";
import { isLoopback, keepCommand, requestCommand, watchCommand } from "./watching.ts";

const request = ({ name }: { readonly name: string }): string =>
  `me:3:start_movie:${encodeMovieName(name)}\n`;
const at = (host: string) => ({ classic: { host, port: 7038 }, request });
const here = at("127.0.0.1");

// The command is copied by people who have never seen the protocol: it must work as it stands.
test("a movie is watched by printf, nc and ffplay at its own rate", () => {
  assert.equal(
    watchCommand(movieOf("sw", [1]), here),
    String.raw`printf 'me:3:start_movie:sw\n' | nc -N 127.0.0.1 7038 | ffplay -f image2pipe -framerate 24 -`,
  );
  assert.equal(
    keepCommand(movieOf("sw", [1]), here),
    String.raw`printf 'me:3:start_movie:sw\n' | nc -N 127.0.0.1 7038 > movie.ppm`,
  );
});

// Folders may be named anything; a name must neither break the command nor become one.
test("whatever a movie is called, the shell sends exactly its request", () => {
  for (const name of ["sw", "100%", "it's", "a\\nb", "$(touch x)", "`x`", 'a"b', "a:b, c", "%s%d", "-n"]) {
    const [printf = ""] = requestCommand(movieOf(name, [1]), here).split(" | nc");
    const sent = execFileSync("sh", ["-c", printf], { encoding: "utf8" });
    assert.equal(sent, request({ name }));
  }
});

// 0.0.0.0 and :: are addresses to listen on; not every system connects to them.
test("a server that listens on every address is reached over loopback", () => {
  const movie = { ...movieOf("sw", [1]), rate: DEFAULT_RATE, first: FrameNumber(1) };
  assert.match(requestCommand(movie, at("0.0.0.0")), /nc -N 127\.0\.0\.1 7038$/);
  assert.match(requestCommand(movie, at("::")), /nc -N ::1 7038$/);
  assert.match(requestCommand(movie, at("10.0.0.7")), /nc -N 10\.0\.0\.7 7038$/);
});

// On loopback nobody else can watch; everywhere else everybody can.
test("loopback is 127.0.0.0/8, ::1 and localhost", () => {
  for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
    assert.equal(isLoopback(host), true, host);
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "render7"]) assert.equal(isLoopback(host), false, host);
});
