import { expectError, expectFrames, expectUsable, follow } from "../expect.ts";
import type { Context, Rule, Topic } from "../rule.ts";
import type { Session } from "../session.ts";

type BadInput = readonly [title: string, request: string | Uint8Array, codes: readonly string[]];

const LONG = "x".repeat(6000);

/** `MOVIE` stands for the movie's name. */
const BAD_INPUTS: readonly BadInput[] = [
  ["an empty line", "", ["REQUEST_EMPTY"]],
  ["a request of one field", "hello", ["REQUEST_MALFORMED"]],
  ["a request of two fields", "a:1", ["REQUEST_MALFORMED"]],
  ["a request without a client id", ":1:start_movie:MOVIE", ["REQUEST_MALFORMED"]],
  ["a request in HTTP", "GET / HTTP/1.1", ["REQUEST_MALFORMED"]],
  ["a control character", "a\u0007:1:start_movie:MOVIE", ["REQUEST_MALFORMED"]],
  ["bytes that are not UTF-8", Buffer.from("a:1:start_movie:\xff\xfe", "latin1"), ["REQUEST_NOT_UTF8"]],
  [
    "UTF-8 that is longer than it must be",
    Buffer.from("a:1:start_movie:\xc0\xaf", "latin1"),
    ["REQUEST_NOT_UTF8"],
  ],
  // A server may be set to accept requests as long as this.
  ["a request of 6,000 bytes", `a:1:start_movie:${LONG}`, ["REQUEST_TOO_LONG", "MOVIE_NOT_FOUND"]],
  ["a request without a priority", "a::start_movie:MOVIE", ["PRIORITY_INVALID"]],
  ["a negative priority", "a:-1:start_movie:MOVIE", ["PRIORITY_INVALID"]],
  ["a priority above 255", "a:256:start_movie:MOVIE", ["PRIORITY_INVALID"]],
  ["a huge priority", `a:${"9".repeat(40)}:start_movie:MOVIE`, ["PRIORITY_INVALID"]],
  ["a fractional priority", "a:1.5:start_movie:MOVIE", ["PRIORITY_INVALID"]],
  ["a hexadecimal priority", "a:0x1:start_movie:MOVIE", ["PRIORITY_INVALID"]],
  ["a priority in Arabic digits", "a:\u0663:start_movie:MOVIE", ["PRIORITY_INVALID"]],
  ["an unknown command", "a:1:pause_movie:MOVIE", ["COMMAND_UNKNOWN"]],
  ["a command in capitals", "a:1:START_MOVIE:MOVIE", ["COMMAND_UNKNOWN"]],
  ["a request without a command", "a:1:", ["COMMAND_UNKNOWN"]],
  ["a start without a movie", "a:1:start_movie", ["MOVIE_NAME_INVALID"]],
  ["an empty movie name", "a:1:start_movie:", ["MOVIE_NAME_INVALID"]],
  ["a percent sign without digits", "a:1:start_movie:100%", ["MOVIE_NAME_INVALID"]],
  ["a movie that is not there", "a:1:start_movie:no such movie", ["MOVIE_NOT_FOUND"]],
  ["a name that leads upwards", "a:1:start_movie:../MOVIE", ["MOVIE_NOT_FOUND"]],
  ["a name that leads far upwards", "a:1:start_movie:../../../../../../etc/passwd", ["MOVIE_NOT_FOUND"]],
  ["an absolute path", "a:1:start_movie:/etc/passwd", ["MOVIE_NOT_FOUND"]],
  ["an encoded path", "a:1:start_movie:%2e%2e%2f%2e%2e%2fetc%2fpasswd", ["MOVIE_NOT_FOUND"]],
  ["an encoded NUL in the name", "a:1:start_movie:MOVIE%00", ["MOVIE_NOT_FOUND"]],
  ["stopping a movie that is not there", "a:1:stop_movie:no such movie", ["MOVIE_NOT_FOUND"]],
  ["a seek without a frame", "a:1:seek_movie:MOVIE", ["FRAME_NUMBER_INVALID"]],
  ["a fractional frame", "a:1:seek_movie:MOVIE:1.5", ["FRAME_NUMBER_INVALID"]],
  ["a hexadecimal frame", "a:1:seek_movie:MOVIE:0x1", ["FRAME_NUMBER_INVALID"]],
  ["a frame in Arabic digits", "a:1:seek_movie:MOVIE:\u0661", ["FRAME_NUMBER_INVALID"]],
  ["a frame of 40 digits", `a:1:seek_movie:MOVIE:${"9".repeat(40)}`, ["FRAME_NUMBER_INVALID"]],
  ["a frame far above the last", "a:1:seek_movie:MOVIE:999999999999999", ["FRAME_NOT_FOUND"]],
  ["a frame far below the first", "a:1:seek_movie:MOVIE:-999999999999999", ["FRAME_NOT_FOUND"]],
  ["a repeat that is neither 0 nor 1", "a:1:start_movie:MOVIE:2", ["REPEAT_INVALID"]],
  ["a rate of 0", "a:1:start_movie:MOVIE:0:0", ["RATE_INVALID"]],
  ["a negative rate", "a:1:start_movie:MOVIE:0:-24", ["RATE_INVALID"]],
  ["an infinite rate", "a:1:start_movie:MOVIE:0:inf", ["RATE_INVALID"]],
  ["a rate that is not a number", "a:1:start_movie:MOVIE:0:NaN", ["RATE_INVALID"]],
  ["a rate over 0", "a:1:start_movie:MOVIE:0:24/0", ["RATE_INVALID"]],
  ["a huge rate", "a:1:start_movie:MOVIE:0:1e300", ["RATE_INVALID"]],
  ["an unknown option", "a:1:start_movie:MOVIE:speed=2", ["OPTION_INVALID"]],
  ["an option given twice", "a:1:start_movie:MOVIE:tagged:tagged", ["OPTION_INVALID"]],
  ["a receipt of an unknown kind", "a:1:start_movie:MOVIE:receipt=short", ["OPTION_INVALID"]],
  ["an argument too many", "a:1:start_movie:MOVIE:0:24:7", ["OPTION_INVALID"]],
  ["a range that is turned round", "a:1:start_movie:MOVIE:from=2:to=1", ["RANGE_INVALID"]],
  ["a range beyond the movie", "a:1:start_movie:MOVIE:from=999999999999999", ["RANGE_INVALID"]],
];

const refusals = BAD_INPUTS.map(([title, request, codes]): Rule => ({
  section: "5.1",
  title: `One line refuses ${title}, and the connection stays usable`,
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    sendBad(session, request, learned.name);
    await expectError(session, codes);
    await expectUsable(session, learned);
  },
}));

function sendBad(session: Session, request: string | Uint8Array, movie: string): void {
  const bytes = typeof request === "string" ? Buffer.from(request.replaceAll("MOVIE", movie)) : request;
  session.send(Buffer.concat([bytes, Buffer.from("\n")]));
}

const changesNothing: Rule = {
  section: "3.7",
  title: "A refused request changes nothing that is under way, and its line stands between two frames",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    session.send(`a:1:start_movie:${learned.name}:1\n`);
    const check = follow(session, learned, 0);
    check(await session.next());
    session.send("a:1:start_movie:no such movie\n");
    let item = await session.next();
    for (let frames = 0; item?.kind === "frame" && frames < MOST_FRAMES; frames++) {
      check(item);
      item = await session.next();
    }
    if (item?.kind !== "error") throw session.broken("the line ERR MOVIE_NOT_FOUND", session.came(item));
    for (let count = 0; count < 5; count++) check(await session.next());
  },
};

/** So many small frames may be on their way before the line, in the kernels' buffers. */
const MOST_FRAMES = 200_000;

const othersUndisturbed: Rule = {
  section: "5.1",
  title: "While all of this bad input comes on other connections, a movie plays on undisturbed",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const witness = await open();
    witness.send(`witness:1:start_movie:${learned.name}:1\n`);
    const check = follow(witness, learned, 0);
    for (const [, request] of BAD_INPUTS) {
      const session = await open();
      sendBad(session, request, learned.name);
      check(await witness.next());
      session.close();
    }
    for (const _ of learned.frames) check(await witness.next());
  },
};

const endless: Rule = {
  section: "2.5",
  title: "A request that never ends is refused once, and then its connection is closed",
  judge: async (context: Context) => {
    const learned = context.movie();
    const session = await context.open();
    await pour(session);
    const item = await session.next();
    // Where a server closes with input unread, its system resets the connection and may take the line back.
    const isRefused = item?.kind === "error" || (item === undefined && session.wasReset);
    if (!isRefused) throw session.broken("one line ERR REQUEST_TOO_LONG", session.came(item));
    const more = await session.next();
    if (more !== undefined || session.isOpen) {
      throw session.broken("the end of the connection within 32 MiB", session.came(more));
    }
    const other = await context.open();
    other.send(`a:1:start_movie:${learned.name}\n`);
    await expectFrames(other, learned);
  },
};

async function pour(session: Session): Promise<void> {
  const piece = Buffer.alloc(64 * 1024, "x");
  session.send(piece);
  for (let count = 0; count < 512; count++) {
    if (!(await session.push(piece))) return;
  }
}

export const badInput: Topic = {
  title: "Bad input",
  rules: [...refusals, changesNothing, othersUndisturbed, endless],
};
