import { CONTRACTS, type Contract, MISSING_POLICIES, type MissingPolicy } from "../../base/contract.ts";
import { type ErrorCode, Fault, fault } from "../../base/errors.ts";
import type { Receipt } from "../../base/events.ts";
import { type Rate, formatRate } from "../../base/rate.ts";
import { tellReceipt } from "../../base/receipt.ts";
import type { Priority } from "../../base/units.ts";
import { quote } from "../quote.ts";
import { Fields, isObject } from "./fields.ts";
import { LARGEST_NUMBER } from "./clientMessages.ts";
import { type ListedMovie, readListedMovie } from "./movieFields.ts";
import { readReceiptFields } from "./receiptFields.ts";
import { readPriority, readRate } from "./wish.ts";

/** A code of the catalogue, or one that a later server has. */
export type Code = ErrorCode | (string & {});

/** Why something is not to be had. */
export type Problem = {
  readonly code: Code;
  /** The catalogue's sentence on the code. */
  readonly title: string;
  /** What was found, what was expected and where. */
  readonly detail: string;
  /** The same may be had a little later, or elsewhere. */
  readonly retry: boolean;
};

/** What a server lets one connection have. */
export type Welcome = {
  /** `mutoscope` and its version. */
  readonly server: string;
  /** The number that logs and lists have for this connection. */
  readonly connection: number;
  readonly limits: {
    readonly playbacks: number;
    readonly watches: number;
    readonly credit: number;
    /** Bytes of one text message. */
    readonly control: number;
  };
};

export const LIBRARY_CHANGES = ["added", "gone", "ended", "frames", "missed"] as const;

/** What happened in the library. `missed`: more than was told, so look at everything anew. */
export type LibraryChange = {
  readonly kind: (typeof LIBRARY_CHANGES)[number];
  /** Undefined where events were missed. */
  readonly movie: string | undefined;
  /** Numbers of frames as `1-3,7`; empty when there are none. */
  readonly landed: string;
  readonly revised: string;
  readonly removed: string;
  /** There were too many to name: look at the movie anew. */
  readonly partial: boolean;
  /** Of the movie, after the change. */
  readonly revision: string | undefined;
};

/** The request that is answered, if it had a number. */
type Answer = { readonly request: number | undefined };
type OfPlayback = Answer & { readonly playback: number; readonly epoch: number };

type Messages = {
  /** The first message of a connection. */
  welcome: Welcome;
  /** An epoch has been opened: its frames follow. */
  started: OfPlayback & {
    /** Under which the playback is listed. */
    readonly id: string;
    readonly movie: string;
    readonly priority: Priority;
    /** The better priority that was asked for. */
    readonly wished: Priority | undefined;
    readonly contract: Contract;
    readonly missing: MissingPolicy;
    /** Undefined for as fast as credit and connection allow. */
    readonly fps: Rate | undefined;
  };
  /** The priority is another one now, by a command or by an operator. */
  changed: OfPlayback & { readonly priority: Priority; readonly wished: Priority | undefined };
  /** An epoch has ended: all its frames have come. `error` says why, where it failed. */
  receipt: OfPlayback & {
    readonly id: string;
    readonly receipt: Receipt;
    readonly error: Problem | undefined;
  };
  /** A request is refused, and nothing has changed; or, without numbers, the connection is about to end. */
  error: Answer & Problem & { readonly playback: number | undefined };
  movies: Answer & {
    readonly total: number;
    readonly offset: number;
    /** The library is still being looked through: there may be more. */
    readonly scanning: boolean;
    readonly movies: readonly ListedMovie[];
  };
  movie: Answer & { readonly movie: ListedMovie };
  watching: Answer & { readonly watch: number };
  event: { readonly watch: number } & LibraryChange;
  pong: Answer;
};

export type ServerMessageType = keyof Messages;
export type ServerMessageOf<Type extends ServerMessageType> = { readonly type: Type } & Messages[Type];
/** Whatever a server may say as text. */
export type ServerMessage = { [Type in ServerMessageType]: ServerMessageOf<Type> }[ServerMessageType];

const READERS: { readonly [Type in ServerMessageType]: (fields: Fields) => Messages[Type] } = {
  welcome: readWelcome,
  started: (fields) => ({
    ...ofPlayback(fields),
    id: fields.text("id"),
    movie: fields.text("movie"),
    priority: readPriority(fields, "priority"),
    wished: fields.optional("wished", readPriority),
    contract: fields.oneOf("contract", CONTRACTS),
    missing: fields.oneOf("missing", MISSING_POLICIES),
    fps: fields.optional("fps", readRate),
  }),
  changed: (fields) => ({
    ...ofPlayback(fields),
    priority: readPriority(fields, "priority"),
    wished: fields.optional("wished", readPriority),
  }),
  receipt: (fields) => ({
    ...ofPlayback(fields),
    id: fields.text("id"),
    receipt: readReceiptFields(fields.inner("receipt")),
    error: fields.optional("error", (each, name) => readProblem(each.inner(name))),
  }),
  error: (fields) => ({
    ...answer(fields),
    playback: fields.optional("playback", readNumber),
    ...readProblem(fields),
  }),
  movies: (fields) => ({
    ...answer(fields),
    total: count(fields, "total"),
    offset: count(fields, "offset"),
    scanning: fields.flag("scanning"),
    movies: fields.list("movies").map(readListedMovie),
  }),
  movie: (fields) => ({ ...answer(fields), movie: readListedMovie(fields.inner("movie")) }),
  watching: (fields) => ({ ...answer(fields), watch: readNumber(fields, "watch") }),
  event: readEvent,
  pong: answer,
};

const TYPES = Object.keys(READERS) as readonly ServerMessageType[];

/**
 * Reads one text message of a server; undefined for one of a type that it does not know, which a later server
 * may send.
 * @throws PROTOCOL_BROKEN
 */
export function readServerMessage(text: string): ServerMessage | undefined {
  const value = parsed(text);
  const fields = new Fields(value, "PROTOCOL_BROKEN", "message of the server");
  const word = fields.text("type");
  const type = TYPES.find((each) => each === word);
  if (type === undefined) return undefined;
  try {
    return { type, ...READERS[type](fields) } as ServerMessage;
  } catch (error) {
    // Whatever a value breaks, it is the server that breaks it.
    if (error instanceof Fault && error.code !== "PROTOCOL_BROKEN")
      throw fault("PROTOCOL_BROKEN", error.message, error);
    throw error;
  }
}

/** The text of a message. */
export function encodeServerMessage(message: ServerMessage): string {
  if (message.type === "started")
    return JSON.stringify({ ...message, fps: message.fps && formatRate(message.fps) });
  if (message.type === "receipt")
    return JSON.stringify({ ...message, receipt: tellReceipt(message.receipt) });
  return JSON.stringify(message);
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw fault("PROTOCOL_BROKEN", `found ${quote(text)}, expected an object of JSON`);
}

function answer(fields: Fields): Answer {
  return { request: fields.optional("request", readNumber) };
}

function ofPlayback(fields: Fields): OfPlayback {
  return {
    ...answer(fields),
    playback: readNumber(fields, "playback"),
    epoch: readNumber(fields, "epoch"),
  };
}

function readNumber(fields: Fields, name: string): number {
  return fields.whole(name, 0, LARGEST_NUMBER);
}

function count(fields: Fields, name: string): number {
  return fields.whole(name, 0, Number.MAX_SAFE_INTEGER);
}

function readWelcome(fields: Fields): Welcome {
  const limits = fields.inner("limits");
  return {
    server: fields.text("server"),
    connection: count(fields, "connection"),
    limits: {
      playbacks: count(limits, "playbacks"),
      watches: count(limits, "watches"),
      credit: count(limits, "credit"),
      control: count(limits, "control"),
    },
  };
}

function readProblem(fields: Fields): Problem {
  return {
    code: fields.text("code"),
    title: fields.text("title"),
    detail: fields.text("detail"),
    retry: fields.optional("retry", (each, name) => each.flag(name)) ?? false,
  };
}

// A kind that a later server has says at least that something happened.
function readEvent(fields: Fields): Messages["event"] {
  const word = fields.text("kind");
  const text = (name: string): string | undefined => fields.optional(name, (each) => each.text(name));
  return {
    watch: readNumber(fields, "watch"),
    kind: LIBRARY_CHANGES.find((kind) => kind === word) ?? "missed",
    movie: text("movie"),
    landed: text("landed") ?? "",
    revised: text("revised") ?? "",
    removed: text("removed") ?? "",
    partial: fields.optional("partial", (each, name) => each.flag(name)) ?? false,
    revision: text("revision"),
  };
}
