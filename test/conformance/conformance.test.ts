import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sections, readPage } from "../documents/page.ts";
import { makeFolder, upTo, writeMovie } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { BAD_KINDS, type BadKind, startBadServer } from "./badServers.ts";
import { readFrameFiles } from "./frameFiles.ts";
import { Report, count } from "./report.ts";
import type { Target } from "./evidence.ts";
import { TOPICS } from "./rules.ts";
import { type Result, run } from "./run.ts";

const titles = (results: readonly Result[], verdict: Result["verdict"]): string[] =>
  results.filter((result) => result.verdict === verdict).map(({ title }) => title);

describe("the conformance rules", () => {
  // The rules are the protocol: our own server has to hold every one.
  it("all hold for this server", { timeout: 60_000 }, async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "sw", upTo(12), { width: 40, height: 30 });
    const server = await serve(test, folder);
    const files = readFrameFiles(folder, "sw");
    const results = await run({ ...server.classic, movie: "sw", files, patience: 1000 }, TOPICS);
    assert.deepEqual(
      results.filter(({ verdict }) => verdict === "broken"),
      [],
    );
    assert.deepEqual(titles(results, "not judged"), [
      "When there is not enough to go round, the smaller priority is served first",
    ]);
  });

  /** What each bad server must be caught at. */
  const CAUGHT: { readonly [kind in BadKind]: RegExp } = {
    silent: /^A movie that is asked for is sent/,
    leaking: /^Not one byte came/,
    closing: /^A movie that is asked for is sent/,
    resetting: /^A movie that is asked for is sent/,
    deaf: /^One line refuses an empty line/,
    babbling: /^A movie that is asked for is sent, and ends/,
  };

  // Rules that cannot fail prove nothing; and at a bad server, the usual case, they must not hang.
  for (const kind of BAD_KINDS) {
    it(`do not all hold for a ${kind} server, and end soon`, { timeout: 60_000 }, async () => {
      const server = await startBadServer(kind);
      try {
        const target: Target = {
          host: "127.0.0.1",
          port: server.port,
          movie: "sw",
          files: undefined,
          patience: 100,
        };
        const results = await run(target, TOPICS);
        assert.ok(
          titles(results, "broken").some((title) => CAUGHT[kind].test(title)),
          titles(results, "broken").join(),
        );
      } finally {
        server.close();
      }
    });
  }

  it("do not hold where nobody listens", async () => {
    const server = await startBadServer("silent");
    server.close();
    const target: Target = {
      host: "127.0.0.1",
      port: server.port,
      movie: "sw",
      files: undefined,
      patience: 100,
    };
    const results = await run(target, TOPICS);
    assert.equal(titles(results, "holds").length, 0);
    assert.match(results[0]?.verdict === "broken" ? results[0].came : "", /ECONNREFUSED/);
  });

  // A rule that no section states is an opinion.
  it("each name a section that the page of the protocol has", () => {
    const known = sections(readPage("protocols/classic.md"));
    for (const { rules } of TOPICS)
      for (const { section, title } of rules) assert.ok(known.has(section), title);
  });
});

describe("the conformance report", () => {
  const results: readonly Result[] = [
    { topic: "T", section: "1.1", title: "One", verdict: "holds" },
    { topic: "T", section: "1.2", title: "Two", verdict: "broken", sent: "a", expected: "b", came: "c" },
    { topic: "T", section: "1.3", title: "Three", verdict: "not judged", reason: "why" },
  ];

  // Whoever is judged has to see what to change, and which rules were not judged.
  it("says for each rule what holds, what was expected and came, and what was not judged", () => {
    let text = "";
    const report = new Report((more) => void (text += more), { colours: false });
    for (const result of results) report.add(result);
    report.end(results);
    for (const line of [
      /holds {6}1\.1 One/,
      /DOES NOT {3}1\.2 Two/,
      /expected b/,
      /came {5}c/,
      /not judged 1\.3/,
      /why/,
    ])
      assert.match(text, line);
    assert.match(text, /1 hold, 1 do not, 1 not judged/);
    assert.equal(text.includes("\u001b"), false);
    assert.deepEqual(count(results), { hold: 1, broken: 1, notJudged: 1 });
  });
});
