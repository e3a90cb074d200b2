import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { ROOT, type TextFile, type Violation, lineAt } from "./sources.ts";

/** `[text](target)` and `![text](target)`, outside of code. */
const LINK = /\]\(([^()\s]+)\)/g;

/** Links of Markdown pages to files and headings of this project that are not there. */
export function deadLinks(
  files: readonly TextFile[],
  exists = (path: string) => existsSync(join(ROOT, path)),
): Violation[] {
  const pages = new Map(files.filter(({ path }) => path.endsWith(".md")).map((page) => [page.path, page]));
  return [...pages.values()].flatMap((page) =>
    Array.from(withoutCode(page.text).matchAll(LINK), ([, link = ""]) => link).flatMap((link) =>
      judge(page, link, { pages, exists }),
    ),
  );
}

/** `src/dispatch/ring.ts` in back quotes: a path from the root, to a file or a folder. */
const PATH = /`((?:\.ci|bench|bin|docs|runtime|src|test|tools)\/[\w./-]*)`/g;

/** Files and folders of which Markdown pages speak, and that are not there. */
export function deadPaths(
  files: readonly TextFile[],
  exists = (path: string) => existsSync(join(ROOT, path)),
): Violation[] {
  const pages = files.filter(({ path }) => path.endsWith(".md"));
  return pages.flatMap(({ path, text }) =>
    Array.from(text.matchAll(PATH)).flatMap(({ 1: named = "", index }) =>
      exists(named)
        ? []
        : [{ path, line: lineAt(text, index), message: `${named} is not there: correct or remove it` }],
    ),
  );
}

type Known = { readonly pages: ReadonlyMap<string, TextFile>; readonly exists: (path: string) => boolean };

function judge(page: TextFile, link: string, { pages, exists }: Known): Violation[] {
  if (/^[a-z]+:/i.test(link)) return [];
  const [target = "", heading] = link.split("#");
  const path = target === "" ? page.path : posix.join(posix.dirname(page.path), decodeURIComponent(target));
  const line = lineAt(page.text, page.text.indexOf(`](${link})`));
  if (!exists(path))
    return [{ path: page.path, line, message: `${link} leads to no file: correct or remove it` }];
  const text = pages.get(path)?.text;
  if (heading === undefined || text === undefined || headings(text).has(heading)) return [];
  return [{ path: page.path, line, message: `${path} has no heading #${heading}: correct or remove it` }];
}

/** Code keeps its place, and loses its characters. */
function withoutCode(text: string): string {
  return text.replace(/^(```|~~~).*?^\1$|`[^`\n]+`/gms, (code) => code.replace(/[^\n]/g, " "));
}

/** The anchors of a page, as GitHub makes them. */
function headings(text: string): ReadonlySet<string> {
  const titles = Array.from(text.matchAll(/^#+ (.+)$/gm), ([, title = ""]) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(/\s/g, "-"),
    ),
  );
}
