import { fault } from "../base/errors.ts";
import { parseRate } from "../base/rate.ts";
import type { Rate } from "../base/rate.ts";
import { Priority, WORST_PRIORITY } from "../base/units.ts";
import type { FrameNumber } from "../base/units.ts";
import { decodeMovieName } from "./movieName.ts";
import { KNOWN_OPTIONS, looksLikeOption, parseFrameNumber, parseOptions } from "./options.ts";
import type { ClassicOptions } from "./options.ts";
import { quote } from "./quote.ts";

/** One request of the classic protocol; `docs/protocols/classic.md` is normative. */
export type ClassicRequest = {
  /** A label that the client gives itself, never an identity. */
  readonly client: string;
  /** What the client wishes for; what it gets is for the server to say. */
  readonly priority: Priority;
  /** The request as received, without its end. */
  readonly text: string;
  readonly command: ClassicCommand;
};

export type ClassicStart = {
  readonly kind: "start";
  readonly movie: string;
  readonly repeat: boolean;
  /** undefined: as fast as the client reads. */
  readonly rate: Rate | undefined;
} & ClassicOptions;

export type ClassicSeek = Omit<ClassicStart, "kind"> & { readonly kind: "seek"; readonly frame: FrameNumber };

/** Without a movie: whatever is playing. */
export type ClassicStop = { readonly kind: "stop"; readonly movie: string | undefined };

export type ClassicCommand = ClassicStart | ClassicSeek | ClassicStop;

/** By the words that stand in requests. */
const COMMANDS = new Map<string, (args: readonly string[]) => ClassicCommand>([
  ["start_movie", parseStart],
  ["seek_movie", parseSeek],
  ["stop_movie", parseStop],
]);

// A byte order mark is a character of the client's id like any other.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads one request, without its end.
 * @throws Fault with a code of its own for each part that can be wrong; the text is fit to be sent to the
 * client
 */
export function parseRequest(bytes: Uint8Array): ClassicRequest {
  const text = decodeText(bytes);
  const [, client, priority, rest] = /^([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
  if (client === undefined || priority === undefined || rest === undefined) throw malformed(text);
  if (client === "") throw fault("REQUEST_MALFORMED", "found no client id before the first :, expected one");
  return { client, priority: parsePriority(priority), text, command: parseCommand(rest) };
}

function decodeText(bytes: Uint8Array): string {
  if (bytes.length === 0)
    throw fault("REQUEST_EMPTY", "found an empty request, expected client-id:priority:command");
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw fault(
      "REQUEST_NOT_UTF8",
      `found ${bytes.length} bytes that are not all UTF-8, expected UTF-8`,
      cause,
    );
  }
  const control = /\p{Cc}/u.exec(text);
  if (control === null) return text;
  throw fault(
    "REQUEST_MALFORMED",
    `found ${quote(control[0])} at character ${control.index + 1}, expected controls percent-encoded`,
  );
}

function malformed(text: string): Error {
  return fault("REQUEST_MALFORMED", `found ${quote(text)}, expected client-id:priority:command`);
}

function parsePriority(text: string): Priority {
  const value = /^[0-9]{1,3}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (value <= WORST_PRIORITY) return Priority(value);
  throw fault("PRIORITY_INVALID", `found ${quote(text)} as priority, expected 0 to ${WORST_PRIORITY}`);
}

function parseCommand(text: string): ClassicCommand {
  const colon = text.indexOf(":");
  const word = colon < 0 ? text : text.slice(0, colon);
  const parse = COMMANDS.get(word);
  if (parse === undefined) {
    throw fault(
      "COMMAND_UNKNOWN",
      `found ${quote(word)}, expected one of ${[...COMMANDS.keys()].join(", ")}`,
    );
  }
  return parse(colon < 0 ? [] : text.slice(colon + 1).split(/[,:]/));
}

function parseStart([movie, ...rest]: readonly string[]): ClassicStart {
  return { kind: "start", movie: decodeMovieName(movie), ...parsePlay(rest) };
}

function parseSeek([movie, position, ...rest]: readonly string[]): ClassicSeek {
  const name = decodeMovieName(movie);
  const frame = parseFrameNumber(position, "the frame to seek");
  const play = parsePlay(rest);
  if (frame < (play.from ?? frame) || frame > (play.to ?? frame)) {
    throw fault(
      "RANGE_INVALID",
      `found frame ${frame} outside of from=${play.from ?? ""} to=${play.to ?? ""}, expected it inside`,
    );
  }
  return { kind: "seek", movie: name, frame, ...play };
}

function parseStop([movie, ...rest]: readonly string[]): ClassicStop {
  const [extra] = rest;
  if (extra !== undefined) {
    throw fault(
      "OPTION_INVALID",
      `found ${quote(extra)} after the movie's name, expected the end of stop_movie`,
    );
  }
  return { kind: "stop", movie: movie === undefined || movie === "" ? undefined : decodeMovieName(movie) };
}

/** `[repeat [fps]] *option`: what follows the movie, or the frame of a seek. */
function parsePlay(args: readonly string[]): Omit<ClassicStart, "kind" | "movie"> {
  const firstOption = args.findIndex(looksLikeOption);
  const positional = firstOption < 0 ? args : args.slice(0, firstOption);
  const [repeat, fps, extra] = positional;
  const play = { repeat: parseRepeat(repeat), rate: fps === undefined ? undefined : parseFps(fps) };
  if (extra !== undefined) {
    throw fault("OPTION_INVALID", `found ${quote(extra)} after fps, expected one of ${KNOWN_OPTIONS}`);
  }
  return { ...play, ...parseOptions(args.slice(positional.length)) };
}

function parseRepeat(text: string | undefined): boolean {
  if (text === undefined || text === "0" || text === "1") return text === "1";
  throw fault(
    "REPEAT_INVALID",
    `found ${quote(text)} as repeat, expected 0, 1 or an option (${KNOWN_OPTIONS})`,
  );
}

function parseFps(text: string): Rate {
  try {
    return parseRate(text);
  } catch (cause) {
    throw fault(
      "RATE_INVALID",
      `found ${quote(text)} as fps, expected frames per second as 24, 24000/1001 or 23.976, or an option`,
      cause,
    );
  }
}
