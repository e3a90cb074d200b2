import type { Kind } from "./kind.ts";

const ORIGIN = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** More are a mistake in a file, and not a list that somebody keeps. */
const MOST_ORIGINS = 100;

/**
 * Origins of web pages (RFC 6454, section 6.2), as browsers send them: in small letters, without a path. `*`
 * is every origin.
 */
export const origins: Kind<readonly string[]> = {
  placeholder: "ORIGINS",
  expected: `up to ${MOST_ORIGINS} origins between commas, such as https://review.example:8443, or * for all`,
  parse: (text) => {
    if (text === "none") return [];
    const found = text.split(",").map((origin) => origin.trim());
    return found.length <= MOST_ORIGINS && found.every(isOrigin) ? [...new Set(found)] : undefined;
  },
  format: (found) => (found.length === 0 ? "none" : found.join(",")),
};

function isOrigin(text: string): boolean {
  return text === "*" || ORIGIN.test(text);
}
