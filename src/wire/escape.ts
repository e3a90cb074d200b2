/**
 * Backslash, controls, format characters (which turn text around or hide it), line and paragraph separators.
 */
const ESCAPED = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `\xNN` for each byte that the character has in UTF-8. */
function escapeCharacter(character: string): string {
  if (character === "\\") return "\\\\";
  return Array.from(encoder.encode(character), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/** One printable line that gives the text back: non-printing bytes as `\xNN`, a backslash as `\\`. */
export function escapeText(text: string): string {
  return text.replace(ESCAPED, escapeCharacter);
}

/** The text that `escapeText` was given; undefined when the line holds an escape that it never writes. */
export function unescapeText(line: string): string | undefined {
  if (/\\(?!\\|x[0-9a-f]{2})/.test(line.replaceAll("\\\\", " "))) return undefined;
  try {
    return line.replace(/\\\\|(?:\\x[0-9a-f]{2})+/g, unescapeRun);
  } catch {
    return undefined;
  }
}

function unescapeRun(run: string): string {
  if (run === "\\\\") return "\\";
  return decoder.decode(Uint8Array.from(run.split("\\x").slice(1), (digits) => Number.parseInt(digits, 16)));
}
