import {
  type Document,
  LineCounter,
  type Pair,
  type ParsedNode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
} from "yaml";
import { type Fault, fault } from "../base/errors.ts";
import type { Kind } from "../base/kind.ts";
import { nearest } from "../base/spelling.ts";

/** A scenario's file, read. */
export type ScenarioFile = { readonly name: string; readonly text: string };

/** A value as it is written, and where: `rush.yaml:7: viewers[2].link.rate`. */
export type Word = { readonly text: string; readonly place: string };

type Node = ParsedNode | null;

/** What every part of a file needs to say where it is. */
type Origin = { readonly name: string; readonly lines: LineCounter; readonly document: Document };

/** @throws SCENARIO_INVALID with the line, when it is no map in YAML or has other keys than these */
export function openDocument({ name, text }: ScenarioFile, keys: readonly string[]): Section {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  const origin = { name, lines, document: document as Document };
  if (error !== undefined) {
    const message = error.message.charAt(0).toLowerCase() + error.message.slice(1);
    throw invalid(lineAt(origin, error.pos[0]), message);
  }
  return new Section(origin, document.contents, { path: "", line: `${name}:1` }, keys);
}

export function invalid(place: string, what: string): Fault {
  return fault("SCENARIO_INVALID", `${place}: ${what}`);
}

type Where = { readonly path: string; readonly line: string };

/** A map of a scenario, of which the keys are known. What is in it is judged where it is asked for. */
export class Section {
  readonly #origin: Origin;
  readonly #where: Where;
  readonly #items = new Map<string, { readonly line: string; readonly value: Node }>();

  /** @param keys undefined where the file chooses them */
  constructor(origin: Origin, node: Node, where: Where, keys: readonly string[] | undefined) {
    this.#origin = origin;
    this.#where = where;
    const map = resolve(origin, node);
    if (map === null) return;
    if (!isMap<ParsedNode, Node>(map)) {
      throw invalid(this.place(), `found ${shapeOf(map)}, expected lines of the form key: value`);
    }
    for (const pair of map.items) this.#note(pair, keys);
  }

  /** The keys that are there, in the order of the file. */
  get keys(): string[] {
    return [...this.#items.keys()];
  }

  /** Where the value of a key is, or the section itself. */
  place(key?: string): string {
    const line = (key === undefined ? undefined : this.#items.get(key)?.line) ?? this.#where.line;
    const path = key === undefined ? this.#where.path : this.#pathOf(key);
    return path === "" ? line : `${line}: ${path}`;
  }

  /** The value as it is written: `010` and `1e3` are for its kind to judge, not for YAML. */
  word(key: string): Word | undefined {
    const item = this.#items.get(key);
    if (item === undefined) return undefined;
    return wordOf(this.#origin, item.value, this.place(key));
  }

  /** @throws SCENARIO_INVALID when the value is none of this kind */
  read<T>(key: string, kind: Kind<T>): T | undefined {
    const word = this.word(key);
    return word && readWord(word, kind);
  }

  /** A map inside of this one; one without keys, when it is not there. */
  section(key: string, keys?: readonly string[]): Section {
    const item = this.#items.get(key);
    const where = { path: this.#pathOf(key), line: item?.line ?? this.#where.line };
    return new Section(this.#origin, item?.value ?? null, where, keys);
  }

  /** A list of maps with these keys. */
  sections(key: string, keys: readonly string[]): Section[] {
    const item = this.#items.get(key);
    const list = resolve(this.#origin, item?.value ?? null);
    if (list === null) return [];
    if (!isSeq<ParsedNode>(list)) {
      throw invalid(this.place(key), `found ${shapeOf(list)}, expected a list: lines that begin with "- "`);
    }
    return list.items.map((node, index) => {
      const where = { path: `${this.#pathOf(key)}[${index + 1}]`, line: lineAt(this.#origin, node.range[0]) };
      return new Section(this.#origin, node, where, keys);
    });
  }

  /** One value, or a list of values. */
  words(key: string): Word[] | undefined {
    const item = this.#items.get(key);
    if (item === undefined) return undefined;
    const list = resolve(this.#origin, item.value);
    const nodes: readonly Node[] = isSeq<ParsedNode>(list) ? list.items : [list];
    return nodes.map((node) => wordOf(this.#origin, node, this.place(key)));
  }

  #note({ key, value }: Pair<ParsedNode, Node>, keys: readonly string[] | undefined): void {
    const line = lineAt(this.#origin, key.range[0]);
    const text = isScalar(key) ? String(key.value) : "";
    if (keys?.includes(text) === false) {
      const meant = nearest(text, keys);
      const hint = meant === undefined ? `expected one of ${keys.join(", ")}` : `did you mean "${meant}"?`;
      throw invalid(`${line}: ${this.#pathOf(text)}`, `found an unknown key, ${hint}`);
    }
    this.#items.set(text, { line, value });
  }

  #pathOf(key: string): string {
    return this.#where.path === "" ? key : `${this.#where.path}.${key}`;
  }
}

export function readWord<T>({ text, place }: Word, kind: Kind<T>): T {
  const value = kind.parse(text);
  if (value !== undefined) return value;
  const problem = kind.problem?.(text);
  const detail = problem === undefined ? "" : ` (${problem})`;
  throw invalid(place, `found "${text}"${detail}, expected ${kind.expected}`);
}

function wordOf(origin: Origin, node: Node, place: string): Word {
  const value = resolve(origin, node);
  if (value === null) return { text: "", place };
  if (isScalar(value) && value.source !== undefined) return { text: value.source, place };
  throw invalid(place, `found ${shapeOf(value)}, expected one value`);
}

/** An alias stands for what it names. */
function resolve({ document }: Origin, node: Node): Exclude<Node, { type: "alias" }> | null {
  const found = isAlias(node) ? (node.resolve(document) as Node | undefined) : node;
  if (found === undefined || found === null || (isScalar(found) && found.value === null)) return null;
  return found;
}

/** Whoever gives a picture for a scenario need not see all of it. */
const SHOWN = 40;

function shapeOf(node: ParsedNode): string {
  if (isMap(node)) return "a map";
  if (isSeq(node)) return "a list";
  return isScalar(node) ? `"${node.source.slice(0, SHOWN)}"` : "an alias";
}

function lineAt({ name, lines }: Origin, offset: number): string {
  return `${name}:${Math.max(lines.linePos(offset).line, 1)}`;
}
