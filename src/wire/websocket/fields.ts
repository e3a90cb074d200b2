import { type ErrorCode, fault } from "../../base/errors.ts";
import { quote } from "../quote.ts";

/** How a place of a message is refused: with which code, and what is said to have been expected. */
type Refusal = { readonly code?: ErrorCode; readonly expected: string };

/**
 * The fields of a JSON object, read one by one. Fields that nobody asks for are left alone: a later version
 * may have more. `null` is the same as a field that is not there.
 */
export class Fields {
  readonly #values: object;
  readonly #code: ErrorCode;
  readonly #where: string;

  /** @param code of what is refused, unless its reader has a better one */
  constructor(values: object, code: ErrorCode, where: string) {
    this.#values = values;
    this.#code = code;
    this.#where = where;
  }

  /** What stands there; undefined when nothing does. */
  value(name: string): unknown {
    const value: unknown = Object.hasOwn(this.#values, name) ? Reflect.get(this.#values, name) : undefined;
    return value ?? undefined;
  }

  /** Whether the field is there, be it with `null`. */
  has(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  /** What `read` makes of the field; undefined when it is not there. */
  optional<T>(name: string, read: (fields: Fields, name: string) => T): T | undefined {
    return this.value(name) === undefined ? undefined : read(this, name);
  }

  text(name: string, { code, expected = "a text" }: Partial<Refusal> = {}): string {
    const value = this.value(name);
    if (typeof value === "string") return value;
    throw this.refuse(name, code === undefined ? { expected } : { code, expected });
  }

  flag(name: string, code: ErrorCode = this.#code): boolean {
    const value = this.value(name);
    if (typeof value === "boolean") return value;
    throw this.refuse(name, { code, expected: "true or false" });
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.value(name);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.refuse(name, { expected: "a number" });
  }

  /** A whole number from `least` to `most`. */
  whole(name: string, least: number, most: number, code: ErrorCode = this.#code): number {
    const value = this.value(name);
    if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most)
      return Number(value) + 0;
    throw this.refuse(name, { code, expected: `a whole number from ${least} to ${most}` });
  }

  oneOf<T extends string>(name: string, words: readonly T[], code: ErrorCode = this.#code): T {
    const value = this.value(name);
    const word = words.find((each) => each === value);
    if (word !== undefined) return word;
    throw this.refuse(name, { code, expected: `one of ${words.join(", ")}` });
  }

  /** The fields of an object that stands in a field. @param code of what is refused in there */
  inner(name: string, code: ErrorCode = this.#code): Fields {
    const value = this.value(name);
    if (isObject(value)) return new Fields(value, code, `${this.#where}, ${name}`);
    throw this.refuse(name, { code, expected: "an object" });
  }

  /** The fields of each object of a list. */
  list(name: string): readonly Fields[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.refuse(name, { expected: "a list of objects" });
    return value.map((each: unknown, index) => {
      if (isObject(each)) return new Fields(each, this.#code, `${this.#where}, ${name}[${index}]`);
      throw this.refuse(name, { expected: "a list of objects" });
    });
  }

  refuse(name: string, { code = this.#code, expected }: Refusal): Error {
    return fault(code, `${this.#where}: found ${name}=${shown(this.value(name))}, expected ${expected}`);
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Enough to see what it is: what is large is not built again to be shown. */
function shown(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "nothing";
}
