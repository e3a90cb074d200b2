import type { FastifySchemaCompiler } from "fastify";
import { Compile } from "typebox/compile";
import type { TSchema } from "typebox";
import { Fault, fault } from "../../base/errors.ts";
import { nearest } from "../../base/spelling.ts";
import { quote } from "../../wire/quote.ts";
import { isObject } from "../../wire/websocket/fields.ts";
import { PARAMETERS, type ParameterName } from "./parameters.ts";

type Query = Readonly<Record<string, string | readonly string[]>>;
type Reader = (query: Query) => Readonly<Record<string, unknown>>;

/**
 * Checks what routes' schemas describe, with faults of ours: a query parameter by parameter, by the readers
 * that every surface shares; the rest by its schema.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (httpPart === "querystring") {
    const read = queryReader(schema);
    return (query: Query) => attempt(() => read(query));
  }
  const check = Compile(schema);
  return (value: unknown) => {
    if (check.Check(value)) return { value };
    if (httpPart === "body") return { error: bodyFault(schema, value) };
    const [first] = check.Errors(value);
    const where = first === undefined || first.instancePath === "" ? httpPart : first.instancePath;
    return { error: fault("REQUEST_MALFORMED", `found that ${where} ${first?.message ?? "does not fit"}`) };
  };
};

function attempt(read: () => unknown): { value: unknown } | { error: Fault } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Fault) return { error };
    throw error;
  }
}

/** What is wrong with a body: its fields are refused as parameters of their names are. */
function bodyFault(schema: TSchema, body: unknown): Fault {
  const names = namesIn(schema);
  const expected = `expected an object of JSON with ${names.join(", ")}`;
  if (!isObject(body)) return fault("REQUEST_MALFORMED", `found a body that is none, ${expected}`);
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined) return unknownName("field", unknown, names);
  const missing = names.find((name) => !Object.hasOwn(body, name));
  if (missing !== undefined) return fault("REQUEST_MALFORMED", `found no ${missing}, ${expected}`);
  for (const name of names) {
    const value: unknown = Reflect.get(body, name);
    const text = typeof value === "string" ? `the text ${value}` : JSON.stringify(value);
    const reading = attempt(() => PARAMETERS[name as ParameterName].read(text));
    if ("error" in reading) return reading.error;
  }
  return fault("REQUEST_MALFORMED", `found a body that does not fit, ${expected}`);
}

function namesIn(schema: TSchema): readonly string[] {
  return "properties" in schema && schema.properties ? Object.keys(schema.properties) : [];
}

function queryReader(schema: TSchema): Reader {
  const names = namesIn(schema);
  const known = new Map(names.map((name) => [name, PARAMETERS[name as ParameterName].read]));
  return (query) => {
    const values: Record<string, unknown> = {};
    // What a parser of queries gives has no prototype, but every name a client can think of.
    for (const name of Object.keys(query)) {
      const read = known.get(name);
      const text = query[name] ?? "";
      if (read === undefined) throw unknownName("parameter", name, names);
      if (typeof text !== "string")
        throw fault("OPTION_INVALID", `found ${name} ${text.length} times, expected it once`);
      values[name] = read(text);
    }
    return values;
  };
}

/** A name that is compared letter by letter. */
const LONGEST_COMPARED = 64;

function unknownName(kind: "field" | "parameter", name: string, names: readonly string[]): Fault {
  const near = name.length > LONGEST_COMPARED ? undefined : nearest(name, names);
  const expected =
    names.length === 0 ? "none" : near === undefined ? `one of ${names.join(", ")}` : `perhaps "${near}"`;
  return fault("OPTION_INVALID", `found the ${kind} ${quote(name)}, expected ${expected}`);
}
