import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { SETTING_NAMES, defaultSettings, defaultText, flagOf, keyOf, rowOf, variableOf } from "./settings.ts";
import { settingsPage } from "./settings/page.ts";

// One name per setting: whoever knows the flag knows the variable and the key.
test("flag, environment variable and key follow from a setting's name", () => {
  assert.equal(flagOf("maxWorkers"), "--max-workers");
  assert.equal(variableOf("maxWorkers"), "MUTOSCOPE_MAX_WORKERS");
  assert.equal(keyOf("maxWorkers"), "max-workers");
});

// A default outside of its own bounds could be had only by saying nothing.
test("every default is a value that could be given", () => {
  const settings = defaultSettings(8);
  for (const name of SETTING_NAMES) {
    const { kind } = rowOf(name);
    assert.deepEqual(kind.parse(kind.format(settings[name])), settings[name], name);
    assert.notEqual(defaultText(name), "", name);
  }
});

// The table is read by people as the reference page: one sentence each.
test("every setting is explained by one sentence", () => {
  for (const name of SETTING_NAMES) assert.match(rowOf(name).sentence, /^[A-Z][^.]*(\d\.[^.]*)*\.$/, name);
});

// Nobody remembers to write a page anew when a default changes.
test("docs/settings.md is what the table says (else: node tools/settings-page.ts)", async () => {
  const page = await readFile(new URL("../docs/settings.md", import.meta.url), "utf8");
  assert.equal(page, settingsPage());
});
