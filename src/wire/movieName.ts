import { fault } from "../base/errors.ts";
import { quote } from "./quote.ts";

// Controls here are those of Unicode, C1 too: the request parser refuses each of them unless it is encoded.
const RESERVED = /[:,%\p{Cc}]/gu;
const encoder = new TextEncoder();

/** A movie's name as a request carries it: `: , %` and control characters as `%NN`. */
export function encodeMovieName(name: string): string {
  return name.replace(RESERVED, (character) =>
    Array.from(
      encoder.encode(character),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    ).join(""),
  );
}

/**
 * The name that a request means, decoded exactly once. Whether it names a movie is for the catalogue to say.
 * @throws MOVIE_NAME_INVALID when it is empty, or its percent signs are not followed by two digits of valid
 * UTF-8
 */
export function decodeMovieName(text: string | undefined): string {
  if (text === undefined || text === "") {
    throw fault("MOVIE_NAME_INVALID", "found no movie's name after the command, expected one");
  }
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw fault(
      "MOVIE_NAME_INVALID",
      `found ${quote(text)}, expected % followed by two hexadecimal digits that give UTF-8`,
      cause,
    );
  }
}
