// Controls of ASCII and Latin-1 drive terminals; the bidirectional and line-breaking ones make a line read as
// another.
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * The text with every character escaped that a terminal would obey instead of show: names of files and
 * what clients send are other people's words. For one line of output; line breaks are escaped too.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}
