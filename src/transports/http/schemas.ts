import { type Static, type TSchema, Type } from "typebox";
import { CONTRACTS } from "../../base/contract.ts";
import { ERRORS } from "../../base/errors.ts";
import { EPOCH_ENDS, WAIT_REASONS } from "../../base/events.ts";
import { PROBLEM_TYPE } from "./problems.ts";

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const text = (description: string) => Type.String({ description });
const whole = (description: string) => Type.Integer({ description });
const wholeOrNull = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description });

/** A movie's name in a path. */
export const movieName = () =>
  Type.String({
    description: "The movie's name, percent-encoded: one segment, `sh010%2Fbeauty`.",
    examples: ["sw", "sh010/beauty"],
  });

/** RFC 9457. */
export const PROBLEM = Type.Object(
  {
    status: whole("The same as that of the response."),
    code: Type.String({ enum: Object.keys(ERRORS), description: "Stable; `docs/errors.md` lists them all." }),
    title: text("What the code means."),
    detail: text("What was found, what was expected, and where."),
    connection: Type.Optional(whole("The number of the connection, as the log has it.")),
    request: Type.Optional(whole("Which of the connection's requests it was, from 1, as the log has it.")),
  },
  { title: "Problem" },
);

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is wrong.",
  403: "Operators only.",
  404: "There is none.",
  406: "Not in a form that the client accepts.",
  410: "There was one, and it is gone.",
  412: "The frame is another one than the request names.",
  413: "The request is too long.",
  416: "The frame has none of the bytes asked for.",
  422: "Not with the frames that the movie has.",
  500: "What the library holds cannot be shown, or the server failed.",
  503: "Not now.",
};

/** The problems that a route can answer with, besides those that every route can. */
export function problems(...statuses: readonly number[]) {
  return Object.fromEntries(
    [400, ...statuses].map((status) => [
      status,
      { description: TITLES[status] ?? "A problem.", content: { [PROBLEM_TYPE]: { schema: PROBLEM } } },
    ]),
  );
}

/** A body of bytes, in one of these media types. */
export function binary(description: string, ...types: readonly string[]) {
  const schema = Type.Unsafe<never>({ type: "string", format: "binary" });
  return { description, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

/** Fields of every answer with frames. */
const OF_PLAYBACKS = {
  "Mutoscope-Playback": text("The playback's id; `/playbacks/{playback}` has its receipt."),
  "Mutoscope-Priority-Wished": text("The better priority that was not to be had."),
  "Server-Timing": text("Where the time until the first byte went, in milliseconds."),
};

/** Fields of one frame's answer besides. */
const OF_FRAMES = {
  "Mutoscope-Frame": text("The frame's number."),
  "Mutoscope-Substitute": text("How another picture stands in for the frame, if one does."),
  "Content-Location": text("The same frame with `rev`: bytes that never change."),
  ETag: text("Strong, but of a picture that stands in."),
};

/** Frames, one after the other. */
export function frames(...types: readonly string[]) {
  return { ...binary("The frames.", ...types), headers: OF_PLAYBACKS };
}

/** One frame, or a part of it. */
export function oneFrame(description: string, ...types: readonly string[]) {
  return { ...binary(description, ...types), headers: { ...OF_PLAYBACKS, ...OF_FRAMES } };
}

/** One movie: `MovieFacts`, and where it is found. */
export const MOVIE = Type.Object(
  {
    name: text("As every request names it."),
    title: nullable(text("What people call it.")),
    url: text("Its path on this server."),
    live: Type.Boolean({ description: "Whether it waits for frames that are still to come." }),
    frames: whole("How many frames there are."),
    missing: whole("How many are missing between the first and the last."),
    holes: Type.String({ description: "The missing ones.", examples: ["3,7-9"] }),
    holesArePartial: Type.Boolean({ description: "There are more holes than are named." }),
    first: wholeOrNull("The lowest frame there is, or declared."),
    last: wholeOrNull("The highest frame there is, or declared."),
    step: whole("Every how many numbers a frame is expected."),
    newest: wholeOrNull("The highest frame there is."),
    expected: wholeOrNull("Of a live one: how many frames there will be."),
    missingPolicy: nullable(text("What comes for a missing frame when a request says nothing.")),
    fps: Type.String({ description: "Frames per second, exact.", examples: ["24", "24000/1001"] }),
    rate: Type.Number({ description: "Frames per second." }),
    format: nullable(text("Of the first frame's file.")),
    width: wholeOrNull("In pixels; null when it is not known, or not yet."),
    height: wholeOrNull("In pixels."),
    bits: wholeOrNull("Of one sample."),
    float: Type.Union([Type.Boolean(), Type.Null()], { description: "Whether samples are floating point." }),
    channels: wholeOrNull("1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha."),
    fault: nullable(text("The code of what is wrong with the first frame's file.")),
    poster: wholeOrNull("A frame from the middle, to show it by."),
    changed: nullable(
      Type.String({
        format: "date-time",
        description: "When it last changed: while the server looked, or else when its folder did.",
      }),
    ),
    revision: text("Another text after each change of the movie."),
  },
  { title: "Movie" },
);

export const MOVIES = Type.Object(
  {
    total: whole("How many movies there are that fit the search."),
    offset: whole("How many of them come before the first one here."),
    limit: whole("How many are listed at most."),
    scanning: Type.Boolean({ description: "The library is still being looked through." }),
    movies: Type.Array(MOVIE),
  },
  { title: "Movies" },
);

const WAITS = Type.Object(Object.fromEntries(WAIT_REASONS.map((reason) => [reason, Type.Number()])), {
  description: "Milliseconds that messages waited, by reason.",
});

const LATENESS = Type.Union([Type.Object({ median: Type.Number(), worst: Type.Number() }), Type.Null()], {
  description: "Of timed messages, in milliseconds.",
});

const RECEIPT_FIELDS = {
  movie: text("The movie."),
  epoch: whole("Which of the playback's epochs."),
  contract: Type.String({ enum: [...CONTRACTS] }),
  first: wholeOrNull("The first frame that was sent."),
  last: wholeOrNull("The last frame that was sent."),
  sent: whole("Messages."),
  priority: whole("The one it had."),
  wished: wholeOrNull("The better one that was not to be had."),
  skipped: whole("Frames that did not go although they were there."),
  missing: whole("Frames that were not there."),
  substituted: whole("Messages that stood in for a missing frame."),
  late: whole("Timed messages that left after their deadline."),
  lateness: LATENESS,
  waits: WAITS,
  bytes: whole("Of frames."),
  digest: text("SHA-256 over each message's frame number and frame digest."),
};

/** A receipt; of a playback that runs, so far and without its `end`. */
export const RECEIPT = Type.Object(
  {
    end: Type.Union([Type.String({ enum: [...EPOCH_ENDS] }), Type.Null()], {
      description: "Why it ended, if it did.",
    }),
    ...RECEIPT_FIELDS,
  },
  { title: "Receipt" },
);

const RENDITION = Type.Object(
  {
    format: text("`original` is the frame as a classic client gets it."),
    width: wholeOrNull("In pixels, at most."),
    quality: wholeOrNull("From 1 to 100."),
    levels: nullable(text("As in requests: `auto`, or the lower and the upper one.")),
    exposure: Type.Union([Type.Number(), Type.Null()], { description: "In stops." }),
  },
  { title: "Rendition", description: "How frames are encoded; null where nothing was asked for." },
);

export const PLAYBACK = Type.Object(
  {
    id: text("As `Mutoscope-Playback` names it."),
    transport: Type.String({ enum: ["classic", "http", "websocket"] }),
    connection: whole("The number of its connection."),
    client: text("What the client calls itself."),
    address: nullable(text("Of the client.")),
    movie: text("The movie."),
    epoch: whole("Counts what was played in its place."),
    priority: whole("Smaller goes first."),
    contract: Type.String({ enum: [...CONTRACTS] }),
    fps: nullable(text("Frames per second; null for as fast as the client reads.")),
    rendition: RENDITION,
    seconds: Type.Number({ description: "How long it has been playing." }),
    wished: wholeOrNull("The better priority that was not to be had, or was taken away."),
    frame: wholeOrNull("The last one that began to leave."),
    delivered: Type.Number({ description: "Frames a second that began to leave in about the last two." }),
    sent: whole("Messages."),
    skipped: whole("Frames that did not go although they were there."),
    missing: whole("Frames that were not there."),
    substituted: whole("Messages that stood in for a missing frame."),
    late: whole("Timed messages that left after their deadline."),
    bytes: whole("Of frames."),
    lateness: LATENESS,
    waits: WAITS,
  },
  { title: "Playback" },
);

export const PLAYBACKS = Type.Object(
  {
    total: whole("How many playbacks run that fit the search."),
    offset: whole("How many of them come before the first one here."),
    limit: whole("How many are listed at most."),
    playbacks: Type.Array(PLAYBACK),
  },
  { title: "Playbacks" },
);

/** One playback, which runs or has ended. */
export const PLAYBACK_STATE = Type.Object(
  {
    id: text("As `Mutoscope-Playback` names it."),
    running: Type.Boolean(),
    playback: nullable(PLAYBACK),
    receipt: RECEIPT,
  },
  { title: "PlaybackState" },
);

export type PlaybackBody = Static<typeof PLAYBACK>;
export type ReceiptBody = Static<typeof RECEIPT>;
