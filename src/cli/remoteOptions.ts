import { fault } from "../base/errors.ts";

/** @throws PRIORITY_INVALID */
export function readPriority(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 255) return value;
  throw fault("PRIORITY_INVALID", `found "${text}", expected a whole number from 0 to 255`);
}

/** Reads `42`, `-3` or `last`. @throws FRAME_NUMBER_INVALID */
export function readPlace(text: string): number | "last" {
  if (text === "last") return text;
  if (/^-?\d{1,15}$/.test(text)) return Number(text) + 0;
  throw fault("FRAME_NUMBER_INVALID", `found "${text}", expected a whole number, or last`);
}
