import { posix } from "node:path";
import type { Node } from "typescript/unstable/ast";
import {
  isCallExpression,
  isExportDeclaration,
  isIdentifier,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
} from "typescript/unstable/ast/is";
import { SyntaxKind } from "typescript/unstable/ast";
import { type Source, type Violation, isTest, lineAt, walk } from "./sources.ts";

/** Something that a file imports, as it is written there. */
export type Import = { readonly from: Source; readonly specifier: string; readonly line: number };

const INNER = ["base", "wire", "library", "dispatch", "production", "playback"];
const STAGES = [...INNER, "settings", "observe", "transports", "cluster", "simulate", "client"];

/**
 * Who may import whom, besides its own room. A room is a folder of `src`, `main` and `settings` with their
 * files, or a folder beside `src`. `main` may import every stage, and only `cli` may import it.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  wire: ["base"],
  settings: ["base"],
  observe: ["base"],
  library: ["base", "wire"],
  dispatch: ["base", "wire"],
  production: ["base", "wire", "library"],
  playback: ["base", "library"],
  // And the sink, which they implement.
  transports: ["base", "wire", "playback", "library"],
  cluster: ["base", "library"],
  simulate: ["base", "library", "playback", "dispatch"],
  cli: ["settings", "base", "main", "client", "simulate"],
  client: ["base", "wire"],
  web: ["client"],
  main: STAGES,
};

const SINK = "src/dispatch/sink.ts";

/** Rooms that run in browsers and workers too: no Node, no packages. */
const PORTABLE = new Set(["base", "wire", "client"]);
const NODE_GLOBALS = new Set(["Buffer", "process", "require", "__dirname", "setImmediate"]);
/**
 * The one clock of the process is the edge that `base` has; what it uses of Node is replaced in simulations.
 */
const SYSTEM_CLOCK = "src/base/systemClock.ts";

export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  walk(source.syntax, (node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return;
    found.push({ from: source, specifier, line: lineAt(source.text, node.getStart(source.syntax)) });
  });
  return found;
}

function specifierOf(node: Node): string | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return textOf(node.moduleSpecifier);
  if (isImportTypeNode(node))
    return isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
  const isDynamic = isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword;
  return isDynamic ? textOf(node.arguments[0]) : undefined;
}

function textOf(node: Node | undefined): string | undefined {
  return node !== undefined && isStringLiteral(node) ? node.text : undefined;
}

/** The path of the file that a relative import names. */
export function targetOf({ from, specifier }: Import): string | undefined {
  return specifier.startsWith(".") ? posix.join(posix.dirname(from.path), specifier) : undefined;
}

/** `src/library/import/name.ts` → `library`; `src/main.ts` → `main`; `client/play.ts` → `client`. */
export function roomOf(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "src" ? second.replace(/\.ts$/, "") : top;
}

export function tableBreaches(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ path }) => !isTest(path))
    .flatMap((source) => importsOf(source).flatMap((each) => breach(each)));
}

function breach(each: Import): Violation[] {
  const target = targetOf(each);
  const { path } = each.from;
  const room = roomOf(path);
  if (target === undefined || roomOf(target) === room) return [];
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) {
    return [violation(each, `${room} has no row in the table of imports: decide what it may import, there`)];
  }
  if (allowed.includes(roomOf(target)) || (room === "transports" && target === SINK)) return [];
  const rule = `${room} may import ${["itself", ...allowed].join(", ")}`;
  const advice = "declare the port that it needs in its own room, and let src/main.ts join the two";
  return [violation(each, `imports ${target}, but ${rule}: ${advice}`)];
}

export function impurities(sources: readonly Source[]): Violation[] {
  const portable = sources.filter(({ path }) => !isTest(path) && PORTABLE.has(roomOf(path)));
  const imports = portable.flatMap(importsOf).filter((each) => targetOf(each) === undefined);
  return [
    ...imports.map((each) =>
      violation(each, `imports ${each.specifier}: ${roomOf(each.from.path)} runs in browsers too`),
    ),
    ...portable.filter(({ path }) => path !== SYSTEM_CLOCK).flatMap(nodeGlobals),
  ];
}

function nodeGlobals(source: Source): Violation[] {
  const found: Violation[] = [];
  walk(source.syntax, (node) => {
    if (!isIdentifier(node) || !NODE_GLOBALS.has(node.text)) return;
    const line = lineAt(source.text, node.getStart(source.syntax));
    found.push({
      path: source.path,
      line,
      message: `uses ${node.text}: only Node has it; take it as an argument`,
    });
  });
  return found;
}

export function endings(sources: readonly Source[]): Violation[] {
  const known = new Set(sources.map(({ path }) => path));
  return sources.flatMap(importsOf).flatMap((each) => {
    const target = targetOf(each);
    if (target === undefined || known.has(target)) return [];
    const message = target.endsWith(".ts")
      ? "names no file that there is"
      : "write the file's name, with .ts";
    return [violation(each, `import of ${each.specifier}: ${message}`)];
  });
}

function violation({ from, line }: Import, message: string): Violation {
  return { path: from.path, line, message };
}
