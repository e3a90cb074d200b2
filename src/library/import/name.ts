import { fault } from "../../base/errors.ts";

/**
 * The longest name of a movie, in UTF-16 units: long enough for people, short enough for every file system.
 */
const LONGEST_NAME = 200;

/**
 * The parts of a movie's name, each of which becomes a folder.
 * @throws MOVIE_NAME_INVALID when the name is empty or too long, would lead out of the library or be hidden
 *   in it, or has a
 * character that cannot be seen
 */
export function nameParts(name: string): readonly string[] {
  const parts = name.split("/");
  const why = name === "" ? "it is empty" : name.length > LONGEST_NAME ? "it is too long" : faultIn(parts);
  if (why === undefined) return parts;
  throw fault(
    "MOVIE_NAME_INVALID",
    `found the name ${JSON.stringify(name.slice(0, LONGEST_NAME))}, and ${why}; expected one as sh010/beauty`,
  );
}

function faultIn(parts: readonly string[]): string | undefined {
  if (parts.some((part) => /[\p{Cc}\p{Cs}\\]/u.test(part)))
    return "it has a backslash or a character that cannot be seen";
  if (parts.some((part) => part.trim() === "")) return "a part of it is empty";
  if (parts.some((part) => part.startsWith("."))) return "a part of it begins with a dot";
  return undefined;
}
