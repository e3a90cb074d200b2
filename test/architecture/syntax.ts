import { type Node, SyntaxKind } from "typescript/unstable/ast";
import {
  isIdentifier,
  isModuleDeclaration,
  isParameterDeclaration,
  isPropertyAccessExpression,
  isStringLiteral,
} from "typescript/unstable/ast/is";
import { type Source, type Violation, lineAt, walk } from "./sources.ts";

/** Kinds of syntax that the project does without, and what stands there instead. */
const REFUSED: ReadonlyMap<SyntaxKind, string> = new Map([
  [SyntaxKind.AnyKeyword, "`any` turns checking off: write the type, or `unknown` and a check"],
  [
    SyntaxKind.EnumDeclaration,
    "an enum does not survive type stripping: a const object and a union of its values",
  ],
  [SyntaxKind.ModuleDeclaration, "a namespace does not survive type stripping: a file is the namespace"],
  [SyntaxKind.ExportAssignment, "a default export has no name of its own: export it by name"],
  [SyntaxKind.DefaultKeyword, "a default export has no name of its own: export it by name"],
  [SyntaxKind.NonNullExpression, "`!` hides a mistake: `present(value, rule)` of base/assert.ts says it"],
]);

const PARAMETER_PROPERTY = new Set<SyntaxKind>([
  SyntaxKind.PublicKeyword,
  SyntaxKind.PrivateKeyword,
  SyntaxKind.ProtectedKeyword,
  SyntaxKind.ReadonlyKeyword,
]);

export function refusedSyntax(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) => [
    ...findings(source, (node) =>
      isAmbientModule(node) ? undefined : (REFUSED.get(node.kind) ?? parameterProperty(node)),
    ),
    ...unchecked(source),
  ]);
}

/** What a package without types has is told to the compiler alone: `declare module "name"`. */
function isAmbientModule(node: Node): boolean {
  return isModuleDeclaration(node) && isStringLiteral(node.name);
}

function parameterProperty(node: Node): string | undefined {
  const kinds = isParameterDeclaration(node) ? (node.modifiers ?? []).map(({ kind }) => kind) : [];
  if (!kinds.some((kind) => PARAMETER_PROPERTY.has(kind))) return undefined;
  return "a parameter property does not survive type stripping: a field, set in the constructor";
}

function unchecked({ path, text }: Source): Violation[] {
  const comments = text.matchAll(/@ts-(?:ignore|nocheck)/g);
  return Array.from(comments, ({ index }) => ({
    path,
    line: lineAt(text, index),
    message: "checking is turned off: @ts-expect-error with a reason fails when it is no longer needed",
  }));
}

/** Output of the product goes through the command line or the log. */
export function consoleUses(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) =>
    findings(source, (node) => {
      if (!isPropertyAccessExpression(node) || !isIdentifier(node.expression)) return undefined;
      if (node.expression.text !== "console") return undefined;
      return "publish an event (base/events.ts) for the log; src/cli writes to process.stdout";
    }),
  );
}

export function findings(source: Source, judge: (node: Node) => string | undefined): Violation[] {
  const found: Violation[] = [];
  walk(source.syntax, (node) => {
    const message = judge(node);
    if (message === undefined) return;
    found.push({ path: source.path, line: lineAt(source.text, node.getStart(source.syntax)), message });
  });
  return found;
}
