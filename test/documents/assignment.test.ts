import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { present } from "../../src/base/assert.ts";
import { SETTING_NAMES, keyOf } from "../../src/settings.ts";
import { readPage } from "./page.ts";

const page = readPage("from-the-assignment.md");

/** Tests that the page names: link text and file. */
const named = Array.from(page.matchAll(/^\* \[(.+)\]\(\.\.\/([\w/.]+\.ts)\)$/gm), ([, title, path]) => ({
  title: present(title, "a link has a text"),
  path: present(path, "a link has a target"),
}));

/** Whether a file has a test, or a rule of conformance, of exactly this title. */
function hasTest(path: string, title: string): boolean {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const literal = title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(\\b(?:test|it)\\(|\\btitle:)\\s*(["\`])${literal}\\2`).test(text);
}

describe("the page for teachers and students", () => {
  // A bug that is said to be ruled out, by a test that is not there, is not ruled out.
  for (const { title, path } of named) {
    it(`names the test "${title}"`, () =>
      assert.ok(hasTest(path, title), `${path} has no test of this title`));
  }

  it("names a test for every class of bugs, and shows each in three lines at most", () => {
    const [, bugs = ""] = page.split("## Bugs, and what rules them out");
    const [body = ""] = bugs.split("\n## ");
    const sections = body.split("\n### ").slice(1);
    assert.ok(sections.length >= 12);
    for (const section of sections) {
      const [title = ""] = section.split("\n");
      const [, code = ""] = /```c\n(.*?)```/s.exec(section) ?? [];
      const lines = code.split("\n").length - 1;
      assert.ok(lines >= 1 && lines <= 3, `${title}: ${lines} lines of C`);
      assert.match(section, /^\* \[.+\]\(\.\.\/.+\.ts\)$/m, title);
    }
  });

  it("names settings that there are", () => {
    const known = new Set(SETTING_NAMES.map(keyOf));
    const rows = page.split("\n").filter((line) => line.startsWith("| ") && line.split(" | ").length === 5);
    const keys = rows.flatMap((line) =>
      Array.from((line.split(" | ")[3] ?? "").matchAll(/`([a-z-]+)`/g), ([, key]) => key),
    );
    assert.ok(keys.length > 8);
    for (const key of keys) assert.ok(key !== undefined && known.has(key), `${key} is no setting`);
  });
});
