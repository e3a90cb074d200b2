import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SETTING_NAMES, defaultText, flagOf, variableOf } from "../settings.ts";

const BIN = fileURLToPath(new URL("bin.ts", import.meta.url));

/** Runs the program as a shell would, away from any configuration. */
function mutoscope(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env["PATH"], COLUMNS: "200" };
  return spawnSync(process.execPath, [BIN, ...args], { encoding: "utf8", env });
}

// Help is the documentation that is always at hand: a setting that it lacks is not there for most people.
test("the help of serve and demo has every setting with its default and its environment variable", () => {
  for (const command of ["serve", "demo"]) {
    const { stdout, status } = mutoscope(command, "--help");
    assert.equal(status, 0);
    const words = stdout.replaceAll(/\s+/g, " ");
    for (const name of SETTING_NAMES) {
      assert.ok(words.includes(`${flagOf(name)} <`), `${command} ${name}`);
      assert.ok(words.includes(`(default ${defaultText(name)}; ${variableOf(name)})`), `${command} ${name}`);
    }
    assert.match(stdout, /\nRing and dispatcher:\n/);
    assert.match(stdout, /\nExamples:\n/);
  }
});

// Pipes get text only.
test("help and version are plain text on standard output", () => {
  const help = mutoscope("--help");
  assert.equal(help.status, 0);
  assert.ok(!help.stdout.includes("\u001b"));
  for (const command of ["serve", "demo", "ls"]) assert.match(help.stdout, new RegExp(`\\n {2}${command} `));
  assert.match(mutoscope("--version").stdout, /^\d+\.\d+\.\d+\n$/);
});

// Scripts tell what was typed wrongly by status 2, and people by one sentence.
test("a mistake of the command line is one sentence with a suggestion and status 2", () => {
  const mistakes = [
    [["serv"], /^mutoscope: unknown command 'serv'\n\(Did you mean serve\?\)/],
    [["serve"], /^mutoscope: missing required argument 'what'\n/],
    [["serve", "x", "--slot", "1"], /^mutoscope: unknown option '--slot'\n\(Did you mean --slots\?\)/],
    [
      ["serve", "x", "--slots", "0"],
      /^mutoscope: SETTING_INVALID --slots: found "0", expected a whole number from 1 /,
    ],
    [["ls"], /^mutoscope: missing required argument 'what'\n/],
  ] as const;
  for (const [args, sentence] of mistakes) {
    const { stdout, stderr, status } = mutoscope(...args);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /\n +at /);
    assert.equal(stdout, "");
  }
});
