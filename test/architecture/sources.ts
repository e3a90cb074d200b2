import { readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { Node, SourceFile } from "typescript/unstable/ast";
import { createVirtualFileSystem } from "typescript/unstable/fs";
import { API } from "typescript/unstable/sync";
import { present } from "../../src/base/assert.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A file of the project; its path is relative to the root, with `/`. */
export type TextFile = { readonly path: string; readonly text: string };

/** A file of TypeScript, parsed. */
export type Source = TextFile & { readonly syntax: SourceFile };

/** What breaks a rule, and what to do instead. */
export type Violation = { readonly path: string; readonly line?: number; readonly message: string };

/** What people write, by its ending, or without one (LICENSE). Frames may lie about. */
const WRITTEN = /(^|\/)\.?[^./]+$|\.(ts|js|json|md|c|h|ya?ml|sh|css|html|svg)$/;

/** Every text file of the checkout that is not ignored, as a commit of all would have it. */
export function readFiles(): TextFile[] {
  const ignored = readIgnored();
  const files: TextFile[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.name === ".git" || ignored(path, entry.isDirectory())) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() && WRITTEN.test(path))
        files.push({ path, text: readFileSync(join(ROOT, path), "utf8") });
    }
  };
  visit("");
  return files;
}

/** What .gitignore leaves out, for the three forms that ours has: `name/`, `/path/` and `*.extension`. */
function readIgnored(): (path: string, isFolder: boolean) => boolean {
  const lines = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n");
  const patterns = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return (path, isFolder) =>
    patterns.some((pattern) => {
      if (pattern.startsWith("*")) return path.endsWith(pattern.slice(1));
      const target = pattern.startsWith("/") ? `/${path}` : posix.basename(path);
      return (isFolder ? `${target}/` : target) === pattern;
    });
}

const TSCONFIG = "/tsconfig.json";
const OPTIONS = { noLib: true, noResolve: true, types: [], noEmit: true, allowImportingTsExtensions: true };

/** Parses the files of TypeScript, with the project's own compiler; nothing is resolved or checked. */
export function parse(files: readonly TextFile[]): Source[] {
  const typescript = files.filter(({ path }) => path.endsWith(".ts"));
  const contents = Object.fromEntries(typescript.map(({ path, text }) => [`/${path}`, text]));
  const configuration = JSON.stringify({ compilerOptions: OPTIONS, include: ["**/*", "/.*/**/*"] });
  const compiler = new API({
    cwd: "/",
    fs: createVirtualFileSystem({ ...contents, [TSCONFIG]: configuration }),
  });
  try {
    const snapshot = compiler.updateSnapshot({ openProjects: [TSCONFIG] });
    const { program } = present(snapshot.getProject(TSCONFIG), "the compiler has no project");
    return typescript.map(({ path, text }) => {
      const syntax = present(program.getSourceFile(`/${path}`), `${path} is not parsed`);
      // Read to the end while the compiler is there.
      walk(syntax, () => undefined);
      return { path, text, syntax };
    });
  } finally {
    compiler.close();
  }
}

/** Visits a node and everything in it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

/** The line, from 1, of a position in a text. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** Tests and what only they use. */
export function isTest(path: string): boolean {
  return /\.(test|testing)\.ts$/.test(path) || !/^(src|client|web)\//.test(path);
}

/** One line for each violation, as an assertion shows it. */
export function told(violations: readonly Violation[]): string[] {
  return violations.map(
    ({ path, line, message }) => `${path}${line === undefined ? "" : `:${line}`}: ${message}`,
  );
}
