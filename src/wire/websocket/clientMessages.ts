import type { MissingPolicy } from "../../base/contract.ts";
import { Fault, fault } from "../../base/errors.ts";
import type { Rendition } from "../../base/rendition.ts";
import { DEFAULT_PRIORITY, type Priority } from "../../base/units.ts";
import { quote } from "../quote.ts";
import { Fields, isObject } from "./fields.ts";
import { DEFAULT_LISTED, LONGEST_LABEL, MOST_CREDIT, MOST_LISTED } from "./protocol.ts";
import {
  type Beginning,
  type Changes,
  DEFAULT_WISH,
  type FramePlace,
  type Wish,
  encodeWish,
  readBeginning,
  readChanges,
  readMissing,
  readPlace,
  readPriority,
  readRendition,
  readWish,
} from "./wish.ts";

/** `request` is a number of the client's choice, which the answer repeats. */
type Asked = { readonly request: number | undefined };
/** `playback` is the number under which the client knows a playback of its connection. */
type OfPlayback = Asked & { readonly playback: number };

type Messages = {
  /** What the client calls itself: a label for logs and lists. */
  hello: { readonly client: string };
  /** Plays; what the playback plays already is replaced. `credit` is granted when it is accepted. */
  play: OfPlayback & Wish & Beginning & { readonly movie: string; readonly credit: number };
  /** Plays one frame. */
  frame: OfPlayback & {
    readonly movie: string;
    readonly frame: FramePlace;
    readonly missing: MissingPolicy | undefined;
    readonly rendition: Rendition;
    readonly priority: Priority;
  };
  seek: OfPlayback & { readonly frame: FramePlace };
  change: OfPlayback & { readonly changes: Changes };
  stop: OfPlayback;
  /** So many more messages may begin. */
  credit: { readonly playback: number; readonly messages: number };
  movies: Asked & { readonly search: string | undefined; readonly offset: number; readonly limit: number };
  movie: Asked & { readonly movie: string };
  /** Tells of changes in the library, or of one movie, under a number of the client's choice. */
  watch: Asked & { readonly watch: number; readonly movie: string | undefined };
  unwatch: { readonly watch: number };
  ping: Asked;
};

export type ClientMessageType = keyof Messages;
export type ClientMessageOf<Type extends ClientMessageType> = { readonly type: Type } & Messages[Type];
/** Whatever a client may say. */
export type ClientMessage = { [Type in ClientMessageType]: ClientMessageOf<Type> }[ClientMessageType];

/**
 * What a text of a client is. `refused`: it is answered with an error, and changes nothing. `broken`: it is
 * not even an object of JSON, and the connection ends.
 */
export type ClientReading =
  | { readonly kind: "message"; readonly message: ClientMessage }
  | {
      readonly kind: "refused";
      readonly reason: Fault;
      readonly request: number | undefined;
      readonly playback: number | undefined;
    }
  | { readonly kind: "broken"; readonly reason: Fault };

export const LARGEST_NUMBER = 2 ** 32 - 1;

const READERS: { readonly [Type in ClientMessageType]: (fields: Fields) => Messages[Type] } = {
  hello: (fields) => ({ client: readLabel(fields) }),
  play: (fields) => ({
    ...ofPlayback(fields),
    movie: readName(fields),
    ...readWish(fields),
    ...readBeginning(fields),
    credit: fields.optional("credit", (each, name) => each.whole(name, 0, MOST_CREDIT)) ?? 0,
  }),
  frame: (fields) => ({
    ...ofPlayback(fields),
    movie: readName(fields),
    frame: readPlace(fields, "frame"),
    missing: fields.optional("missing", readMissing),
    rendition: fields.optional("rendition", readRendition) ?? DEFAULT_WISH.rendition,
    priority: fields.optional("priority", readPriority) ?? DEFAULT_PRIORITY,
  }),
  seek: (fields) => ({ ...ofPlayback(fields), frame: readPlace(fields, "frame") }),
  change: (fields) => ({ ...ofPlayback(fields), changes: readChanges(fields) }),
  stop: ofPlayback,
  credit: (fields) => ({
    playback: readNumber(fields, "playback"),
    messages: fields.whole("messages", 1, MOST_CREDIT),
  }),
  movies: (fields) => ({
    ...asked(fields),
    search: fields.optional("search", (each, name) => each.text(name, { code: "OPTION_INVALID" })),
    offset: fields.optional("offset", readCount(Number.MAX_SAFE_INTEGER)) ?? 0,
    limit: fields.optional("limit", readCount(MOST_LISTED)) ?? DEFAULT_LISTED,
  }),
  movie: (fields) => ({ ...asked(fields), movie: readName(fields) }),
  watch: (fields) => ({
    ...asked(fields),
    watch: readNumber(fields, "watch"),
    movie: fields.optional("movie", readName),
  }),
  unwatch: (fields) => ({ watch: readNumber(fields, "watch") }),
  ping: asked,
};

export const CLIENT_MESSAGE_TYPES = Object.keys(READERS) as readonly ClientMessageType[];

/** Reads one text message of a client. Never throws. */
export function readClientMessage(text: string): ClientReading {
  const value = parsed(text);
  if (value instanceof Fault) return { kind: "broken", reason: value };
  const fields = new Fields(value, "REQUEST_MALFORMED", "message");
  try {
    return { kind: "message", message: readMessage(fields) };
  } catch (reason) {
    if (!(reason instanceof Fault)) throw reason;
    // Whom the answer is for is said as far as it can be read.
    return {
      kind: "refused",
      reason,
      request: known(fields, "request"),
      playback: known(fields, "playback"),
    };
  }
}

/** The text of a message. */
export function encodeClientMessage(message: ClientMessage): string {
  if (message.type === "play") return JSON.stringify({ ...message, ...encodeWish(message) });
  if (message.type !== "change") return JSON.stringify(message);
  const { changes, ...rest } = message;
  // What is there and undefined is left to the movie again; JSON would leave it out.
  return JSON.stringify({ ...rest, ...encodeWish(changes) }, (_, value: unknown) =>
    value === undefined ? null : value,
  );
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return fault("PROTOCOL_BROKEN", `found ${quote(text)}, expected an object of JSON`);
}

function readMessage(fields: Fields): ClientMessage {
  const type = fields.oneOf("type", CLIENT_MESSAGE_TYPES);
  return { type, ...READERS[type](fields) } as ClientMessage;
}

function asked(fields: Fields): Asked {
  return { request: fields.optional("request", readNumber) };
}

function ofPlayback(fields: Fields): OfPlayback {
  return { ...asked(fields), playback: readNumber(fields, "playback") };
}

function readNumber(fields: Fields, name: string): number {
  return fields.whole(name, 0, LARGEST_NUMBER);
}

function readCount(most: number): (fields: Fields, name: string) => number {
  return (fields, name) => fields.whole(name, 0, most, "OPTION_INVALID");
}

function known(fields: Fields, name: string): number | undefined {
  const value = fields.value(name);
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LARGEST_NUMBER
    ? Number(value)
    : undefined;
}

function readName(fields: Fields): string {
  const name = fields.text("movie", { code: "MOVIE_NAME_INVALID", expected: "the name of a movie" });
  if (name !== "") return name;
  throw fields.refuse("movie", { code: "MOVIE_NAME_INVALID", expected: "the name of a movie" });
}

function readLabel(fields: Fields): string {
  const label = fields.text("client");
  if (label.length <= LONGEST_LABEL) return label;
  throw fields.refuse("client", { code: "OPTION_INVALID", expected: `at most ${LONGEST_LABEL} characters` });
}
