import { fault } from "../../base/errors.ts";
import type { Fault } from "../../base/errors.ts";

/** The program says in words what it found; these tell kinds of it apart. What fits none is damage. */
const NOT_READ = /not (yet )?(implemented|supported)|unsupported|unknown (compression|pixel type)/i;
const CUT = /too small|not enough data|insufficient|truncated|incomplete|end of file/i;
/** Characters of its words that are repeated. */
const WORDS = 160;

/** The fault of a picture that the program refused, or gave with a complaint. */
export function complaintFault(complaint: string): Fault {
  const words = complaint.replaceAll(/[^\x20-\x7e]+/g, " ").trim();
  const detail = `ffmpeg found: ${words.slice(0, WORDS)}`;
  if (NOT_READ.test(words)) return fault("FRAME_UNSUPPORTED", detail);
  return fault(CUT.test(words) ? "FRAME_TRUNCATED" : "FRAME_CORRUPT", detail);
}

/** Whether the program has ended because this version has no decoder of the format. */
export function isUnknown(why: string): boolean {
  return why.startsWith("Unknown decoder");
}

/** The fault of a picture over which a new program ended. */
export function endedFault(why: string): Fault {
  if (/^E[A-Z]+$/.test(why)) return fault("FRAME_UNSUPPORTED", `ffmpeg could not be started: ${why}`);
  return fault("FRAME_CORRUPT", `ffmpeg ended over it: ${why.slice(0, WORDS)}`);
}
