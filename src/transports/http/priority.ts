import { ParseError, parseDictionary } from "structured-headers";
import { DEFAULT_PRIORITY, Priority } from "../../base/units.ts";

/** What the parameter `u` may be (RFC 9218, section 4.1), where 0 goes first. */
const WORST = 7;

/**
 * What a client wishes by `Priority: u=N` (RFC 9218). A field that is not understood, or says nothing that
 * is, is ignored, as the standard has it.
 */
export function priorityOf(header: string | string[] | undefined): Priority {
  if (header === undefined || header === "") return DEFAULT_PRIORITY;
  const u = parameterOf(Array.isArray(header) ? header.join(",") : header);
  return isWish(u) ? Priority(u) : DEFAULT_PRIORITY;
}

/** The query's wish, which anybody can write, goes before the field, which some clients set by themselves. */
export function wishedPriority(wish: Priority | undefined, field: string | string[] | undefined): Priority {
  return wish ?? priorityOf(field);
}

function isWish(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= WORST;
}

function parameterOf(text: string): unknown {
  try {
    return parseDictionary(text).get("u")?.[0];
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return undefined;
  }
}
