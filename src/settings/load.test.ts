import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fault } from "../base/errors.ts";
import { loadSettings, resolveSettings } from "./load.ts";

const nothing = { flags: {}, environment: {}, file: undefined, cores: 4 };
const fileOf = (text: string) => ({ name: "mutoscope.yaml", text });

/** The detail of the fault that these sources are refused with. */
function refusal(sources: Partial<Parameters<typeof resolveSettings>[0]>): string {
  try {
    resolveSettings({ ...nothing, ...sources });
  } catch (error) {
    assert(error instanceof Fault);
    assert.equal(error.code, "SETTING_INVALID");
    return error.message;
  }
  return assert.fail("the sources were accepted");
}

async function folderOf(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mutoscope-settings-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

// The nearer to the person who starts the server, the stronger.
test("a flag goes before the environment, that before the file, that before the default", () => {
  const flags = { slots: "1" };
  const environment = { MUTOSCOPE_SLOTS: "2" };
  const file = fileOf("slots: 3");
  assert.equal(resolveSettings({ ...nothing, flags, environment, file }).slots, 1);
  assert.equal(resolveSettings({ ...nothing, environment, file }).slots, 2);
  assert.equal(resolveSettings({ ...nothing, file }).slots, 3);
  assert.equal(resolveSettings(nothing).slots, 4096);
});

// Each kind is read the same wherever it comes from; YAML's own numbers and booleans must not get in between.
test("ports, counts, sizes, times, hosts and words are read into the units of their setting", () => {
  const file = fileOf(`# a comment
classic: 0
ring-bytes: 1GiB
in-flight: 2097152
worker-idle: "1.5s"
host: "::1"
log-level: debug
best-priority: 2
`);
  const { classic, ringBytes, inFlight, workerIdle, host, logLevel, bestPriority } = resolveSettings({
    ...nothing,
    file,
  });
  assert.deepEqual(
    { classic, ringBytes, inFlight, workerIdle, host, logLevel, bestPriority },
    {
      classic: 0,
      ringBytes: 1_073_741_824,
      inFlight: 2_097_152,
      workerIdle: 1500,
      host: "::1",
      logLevel: "debug",
      bestPriority: { named: [], others: 2 },
    },
  );
});

// Shells and container files set variables to nothing in order to unset them.
test("an environment variable that is set to nothing says nothing", () => {
  assert.equal(resolveSettings({ ...nothing, environment: { MUTOSCOPE_SLOTS: "" } }).slots, 4096);
});

// Under Kubernetes a service named mutoscope puts MUTOSCOPE_PORT and the like into every environment.
test("variables of no setting are left alone", () => {
  resolveSettings({ ...nothing, environment: { MUTOSCOPE_PORT: "tcp://10.0.0.1:7038" } });
});

// A value without its place is looked for in the wrong one.
test("a bad value is refused with its place, what was found and what was expected", () => {
  const expected = 'found "x", expected a whole number from 1 to 1048576';
  assert.equal(refusal({ flags: { slots: "x" } }), `--slots: ${expected}`);
  assert.equal(refusal({ environment: { MUTOSCOPE_SLOTS: "x" } }), `MUTOSCOPE_SLOTS: ${expected}`);
  assert.equal(refusal({ file: fileOf("\n\nslots: x") }), `mutoscope.yaml:3: slots: ${expected}`);
  assert.match(refusal({ flags: { host: "" } }), /^--host: found "", expected a host name/);
});

// "Expected a list of blocks" is no help to somebody who has written twenty of them.
test("of a list it is said which part is wrong", () => {
  assert.match(
    refusal({ flags: { bestPriority: "loopback=0,10.1.0.0/8=1" } }),
    /^--best-priority: found "loopback=0,10[^ ]*" \(10\.1\.0\.0\/8 has bits behind its first 8.*\), expected/,
  );
});

// What is refused here is most of a real token, and is on its way to a journal.
test("a secret that is refused is not repeated, wherever it was given", () => {
  const found = "found 6 characters, expected 16 to 256 visible ASCII characters without spaces, or none";
  assert.equal(refusal({ flags: { operatorToken: "s3cret" } }), `--operator-token: ${found}`);
  assert.equal(
    refusal({ environment: { MUTOSCOPE_OPERATOR_TOKEN: "s3cret" } }),
    `MUTOSCOPE_OPERATOR_TOKEN: ${found}`,
  );
  assert.equal(
    refusal({ file: fileOf("operator-token: s3cret") }),
    `mutoscope.yaml:1: operator-token: ${found}`,
  );
});

// YAML reads 010 as ten, 0x10 as sixteen and `yes` as a word of its own: a port is written as a port.
test("values in the file are taken as they are written", () => {
  assert.match(refusal({ file: fileOf("slots: 0x10") }), /found "0x10"/);
  assert.match(refusal({ file: fileOf("slots:") }), /found ""/);
  assert.match(
    refusal({ file: fileOf("slots: [1, 2]") }),
    /found a list, a map or an alias, expected one value/,
  );
});

// A misspelt key would silently leave the default in force.
test("an unknown key of the file is refused with the nearest name", () => {
  assert.equal(
    refusal({ file: fileOf("slots: 1\nmaxWorkers: 2") }),
    'mutoscope.yaml:2: found the unknown key "maxWorkers", did you mean "max-workers"?',
  );
  assert.match(
    refusal({ file: fileOf("zzzzzz: 2") }),
    /^mutoscope.yaml:1: found the unknown key "zzzzzz", expected/,
  );
});

// What is no map of settings at all is named by its line as well.
test("a file that is no YAML, no map, or names a key twice is refused with its line", () => {
  assert.match(refusal({ file: fileOf("slots: 1\nhost: [") }), /^mutoscope.yaml:2: /);
  assert.match(
    refusal({ file: fileOf("- slots") }),
    /^mutoscope.yaml:1: expected lines of the form key: value/,
  );
  assert.match(refusal({ file: fileOf("slots: 1\nslots: 2") }), /^mutoscope.yaml:2: .*unique/);
});

// Commenting out the last line of the file must not break it.
test("a file without any setting is a configuration", () => {
  for (const text of ["", "# slots: 1\n", "---\n"]) {
    assert.equal(resolveSettings({ ...nothing, file: fileOf(text) }).slots, 4096);
  }
});

function counts(flags: { workers?: string; maxWorkers?: string }): number[] {
  const { workers, maxWorkers } = resolveSettings({ ...nothing, flags });
  return [workers, maxWorkers];
}

// Temporary workers come on top of the permanent ones; one bound given alone takes the other along.
test("permanent workers are one per core, all four times as many, unless said otherwise", () => {
  assert.deepEqual(counts({}), [4, 16]);
  assert.deepEqual(counts({ workers: "2" }), [2, 8]);
  assert.deepEqual(counts({ maxWorkers: "2" }), [2, 2]);
  assert.match(
    refusal({ flags: { workers: "8" }, environment: { MUTOSCOPE_MAX_WORKERS: "2" } }),
    /^MUTOSCOPE_MAX_WORKERS \(with --workers\): found max-workers 2, expected at least the 8 of workers, /,
  );
});

async function slots(named: string | undefined, folder: string, environment = {}): Promise<number> {
  return (await loadSettings({}, named, { environment, folder })).slots;
}

// Each of the two is right where it stands: whoever sees only one of them looks for a slip in it.
test("of values from two places that contradict each other both places are told", () => {
  assert.match(
    refusal({ file: fileOf("slots: 9\npolicy: weighted\nfloors: 9=5%"), flags: { policy: "strict" } }),
    /^mutoscope\.yaml:3: floors \(with --policy\): found floors with the policy strict, /,
  );
});

// A project's folder can carry its settings; a file that was named must be there.
test("the file is the one named, or mutoscope.yaml of the current folder if there is one", async (t) => {
  const folder = await folderOf(t, { "mutoscope.yaml": "slots: 1", "other.yaml": "slots: 2" });
  const empty = await folderOf(t, {});
  assert.equal(await slots(undefined, folder), 1);
  assert.equal(await slots("other.yaml", folder), 2);
  assert.equal(await slots(undefined, folder, { MUTOSCOPE_CONFIG: "other.yaml" }), 2);
  assert.equal(await slots(undefined, empty), 4096);
  await assert.rejects(slots("none.yaml", folder), {
    code: "SETTING_INVALID",
    message: /--config: found no file/,
  });
  await assert.rejects(slots(".", folder), { code: "SETTING_INVALID", message: /could not be read/ });
});
