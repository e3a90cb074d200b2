import { readFileSync } from "node:fs";
import { present } from "../../src/base/assert.ts";

/** The text of a page below `docs/`. */
export function readPage(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
}

/** The lines of the page's code block that is marked with `language`. */
export function block(page: string, language: string): string[] {
  const [, body] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(page) ?? [];
  return present(body, `the page has no block of ${language}`)
    .split("\n")
    .filter((line) => line !== "");
}

/** The rows of the page's tables that begin with a code in back quotes: the code, and the other cells. */
export function codeRows(page: string): (readonly [code: string, ...cells: string[]])[] {
  return page
    .split("\n")
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "")))
    .flatMap(([first = "", ...cells]) => {
      const [, code] = /^`([A-Z][A-Z0-9_]+)`$/.exec(first) ?? [];
      return code === undefined ? [] : [[code, ...cells] as const];
    });
}

/** The bytes that a text with `\xNN` and `\n` stands for; all else is UTF-8. */
export function bytesOf(text: string): Buffer {
  const parts = text.split(/(\\x[0-9a-f]{2}|\\n)/);
  return Buffer.concat(
    parts.map((part) => {
      if (part === "\\n") return Buffer.from("\n");
      return part.startsWith("\\x") ? Buffer.from(part.slice(2), "hex") : Buffer.from(part);
    }),
  );
}

/** The page's headings, by their section numbers: `3.2` → `seek_movie`. */
export function sections(page: string): Map<string, string> {
  return new Map(
    Array.from(page.matchAll(/^##+ (\d+(?:\.\d+)?)\.? (.+)$/gm), ([, number = "", title = ""]) => [
      number,
      title,
    ]),
  );
}
