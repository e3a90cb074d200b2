import type { FastifySchemaCompiler } from "fastify";
import { Compile } from "typebox/compile";
import type { TSchema } from "typebox";
import { Fault, fault } from "../../base/errors.ts";
import { nearest } from "../../base/spelling.ts";
import { quote } from "../../wire/quote.ts";
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
    const [first] = check.Errors(value);
    const where = first === undefined || first.instancePath === "" ? "the body" : first.instancePath;
    return { error: fault("REQUEST_MALFORMED", `found that ${where} ${first?.message ?? "does not fit"}`) };
  };
};

function attempt(read: () => unknown): { value: unknown } | { error: Error } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Fault) return { error };
    throw error;
  }
}

function queryReader(schema: TSchema): Reader {
  const names = "properties" in schema && schema.properties ? Object.keys(schema.properties) : [];
  const known = new Map(names.map((name) => [name, PARAMETERS[name as ParameterName].read]));
  return (query) => {
    const values: Record<string, unknown> = {};
    // What a parser of queries gives has no prototype, but every name a client can think of.
    for (const name of Object.keys(query)) {
      const read = known.get(name);
      const text = query[name] ?? "";
      if (read === undefined) throw unknownParameter(name, names);
      if (typeof text !== "string")
        throw fault("OPTION_INVALID", `found ${name} ${text.length} times, expected it once`);
      values[name] = read(text);
    }
    return values;
  };
}

/** A name that is compared letter by letter. */
const LONGEST_COMPARED = 64;

function unknownParameter(name: string, names: readonly string[]): Error {
  const near = name.length > LONGEST_COMPARED ? undefined : nearest(name, names);
  const expected =
    names.length === 0 ? "none" : near === undefined ? `one of ${names.join(", ")}` : `perhaps "${near}"`;
  return fault("OPTION_INVALID", `found the parameter ${quote(name)}, expected ${expected}`);
}
