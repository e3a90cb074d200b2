import { printable } from "../base/printable.ts";

/** How much of a request an error text repeats: enough to recognise it, too little to be misused. */
const QUOTED_CHARACTERS = 60;

/** One printable line of at most `limit` characters: for people, it does not give the text back. */
export function printableLine(text: string, limit: number): string {
  return cut(printable(cut(text, limit + 1)), limit);
}

/** What was found, for an error text: in quotes, escaped, and cut to 60 characters. */
export function quote(text: string): string {
  return `"${printableLine(text, QUOTED_CHARACTERS)}"`;
}

/** By code points, so that no character is cut in two; the last one becomes an ellipsis. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text.slice(0, 2 * limit + 2));
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join("")}…`;
}
