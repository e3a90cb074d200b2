import type { Node } from "typescript/unstable/ast";
import { isCallExpression, isFunctionLikeDeclaration, isIdentifier } from "typescript/unstable/ast/is";
import { type Source, type TextFile, type Violation, lineAt, walk } from "./sources.ts";

const LONGEST_FILE = 400;
const MEDIAN_FILE = 150;
const LONGEST_FUNCTION = 70;
const WIDEST_LINE = 110;

/** Blocks of tests are lists of functions and not functions. */
const SUITES = new Set(["describe", "suite"]);

export function longFiles(files: readonly TextFile[]): Violation[] {
  return files.flatMap((file) => {
    const lines = lineCount(file);
    if (!isCode(file) || lines <= LONGEST_FILE) return [];
    const message = `has ${lines} lines, ${LONGEST_FILE} at most: split it by its nouns`;
    return [{ path: file.path, message }];
  });
}

export function medianLength(sources: readonly Source[]): Violation[] {
  const lengths = sources.map(lineCount).sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  if (median <= MEDIAN_FILE) return [];
  return [
    {
      path: "src",
      message: `the median file has ${median} lines, ${MEDIAN_FILE} at most: split the largest`,
    },
  ];
}

export function wideLines(files: readonly TextFile[]): Violation[] {
  return files.filter(isCode).flatMap(({ path, text }) =>
    text.split("\n").flatMap((content, index) => {
      if (content.length <= WIDEST_LINE || /https?:\/\//.test(content)) return [];
      const message = `has ${content.length} characters, ${WIDEST_LINE} at most: break the line`;
      return [{ path, line: index + 1, message }];
    }),
  );
}

export function longFunctions(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) => {
    const found: Violation[] = [];
    const lineOf = (position: number): number => lineAt(source.text, position);
    walk(source.syntax, (node) => {
      if (!isFunctionLikeDeclaration(node) || isSuite(node)) return;
      const line = lineOf(node.getStart(source.syntax));
      const lines = lineOf(node.end) - line + 1;
      if (lines <= LONGEST_FUNCTION) return;
      const message = `this function has ${lines} lines, ${LONGEST_FUNCTION} at most: name its parts`;
      found.push({ path: source.path, line, message });
    });
    return found;
  });
}

function isSuite(node: Node): boolean {
  const { parent } = node;
  if (!isCallExpression(parent) || !isIdentifier(parent.expression)) return false;
  return SUITES.has(parent.expression.text);
}

function isCode({ path }: TextFile): boolean {
  return /\.(ts|js|c|h)$/.test(path);
}

function lineCount({ text }: TextFile): number {
  return text.replace(/\n$/, "").split("\n").length;
}
