import { setTimeout as sleep } from "node:timers/promises";
import {
  expectClosed,
  expectError,
  expectFrames,
  expectNothingMore,
  expectQuiet,
  expectUsable,
} from "../expect.ts";
import type { Rule, Topic } from "../rule.ts";

/** A request for the whole movie, sent in some way, is answered by the movie and by nothing else. */
function answered(section: string, title: string, end: string): Rule {
  return {
    section,
    title,
    judge: async ({ open, movie }) => {
      const learned = movie();
      const session = await open();
      session.send(`a:1:start_movie:${learned.name}${end}`);
      await expectFrames(session, learned);
      await expectNothingMore(session, "the last frame");
    },
  };
}

const bytewise: Rule = {
  section: "2.2",
  title: "A request that comes one byte at a time is answered as a whole one",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    for (const byte of Buffer.from(`a:1:start_movie:${learned.name}\r\n`)) {
      session.send(Uint8Array.of(byte));
      await sleep(2);
    }
    await expectFrames(session, learned);
    await expectNothingMore(session, "the last frame");
  },
};

const endOfInput: Rule = {
  section: "2.2",
  title: "The end of input ends a request",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    session.send(`a:1:start_movie:${learned.name}`);
    session.closeHalf();
    await expectFrames(session, learned);
    await expectClosed(session);
  },
};

const pipelined: Rule = {
  section: "1.1",
  title: "Requests that come in one piece are answered in their order",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    session.send(`a:256:stop_movie\na:1:pause_movie\na:1:start_movie:${learned.name}\n`);
    await expectError(session, ["PRIORITY_INVALID"]);
    await expectError(session, ["COMMAND_UNKNOWN"]);
    await expectFrames(session, learned);
  },
};

const split: Rule = {
  section: "2.2",
  title: "A piece may hold the end of one request and the beginning of the next",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    session.send("a:256:stop");
    await sleep(20);
    session.send("_movie\na:1:start_mo");
    await expectError(session, ["PRIORITY_INVALID"]);
    session.send(`vie:${learned.name}\n`);
    await expectFrames(session, learned);
  },
};

const latePadding: Rule = {
  section: "2.3",
  title: "NULs that come later than the end that they follow are ignored too",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    session.send(`a:1:start_movie:${learned.name}\0`);
    await expectFrames(session, learned);
    session.send(new Uint8Array(500));
    await expectQuiet(session, "the padding");
    await expectUsable(session, learned);
  },
};

const withoutEnd: Rule = {
  section: "2.4",
  title:
    "A first request without an end is carried out after a second of silence, and its late end is no request",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    session.send(`a:1:start_movie:${learned.name}`);
    await sleep(SILENCE);
    await expectFrames(session, learned);
    session.send("\n");
    await expectQuiet(session, "the late end");
    await expectUsable(session, learned);
  },
};

/** One second, and what a busy machine needs besides. */
const SILENCE = 1250;

const encodedName: Rule = {
  section: "2.6",
  title: "A movie's name is percent-decoded, once",
  judge: async ({ open, movie, target }) => {
    const learned = movie();
    const session = await open();
    const encoded = Array.from(Buffer.from(target.movie), (byte) => byte.toString(16).padStart(2, "0"));
    session.send(`a:1:start_movie:${encoded.map((digits) => `%25${digits}`).join("")}\n`);
    await expectError(session, ["MOVIE_NOT_FOUND"]);
    session.send(`a:1:start_movie:${encoded.map((digits) => `%${digits}`).join("")}\n`);
    await expectFrames(session, learned);
  },
};

const everyPriority: Rule = {
  section: "2.7",
  title: "Priorities from 0 to 255 are accepted",
  judge: async ({ open, movie }) => {
    const learned = movie();
    for (const priority of ["0", "255", "007"]) {
      const session = await open();
      session.send(`a:${priority}:start_movie:${learned.name}\n`);
      await expectFrames(session, learned, 0, Math.min(3, learned.frames.length));
      session.close();
    }
  },
};

export const requests: Topic = {
  title: "Requests",
  rules: [
    bytewise,
    answered("2.2", "LF ends a request", "\n"),
    answered("2.2", "CRLF ends a request", "\r\n"),
    answered("2.2", "NUL ends a request", "\0"),
    endOfInput,
    pipelined,
    split,
    answered(
      "2.3",
      "NULs after an end are ignored: old clients send buffers of a fixed size",
      `\n${"\0".repeat(1000)}`,
    ),
    latePadding,
    withoutEnd,
    encodedName,
    everyPriority,
  ],
};
