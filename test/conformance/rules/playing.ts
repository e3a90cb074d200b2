import { expectClosed, expectFrames, expectNothingMore, expectQuiet, expectUsable, same } from "../expect.ts";
import { NotJudged } from "../evidence.ts";
import { type Context, type Rule, type Topic } from "../rule.ts";

const wholeMovie: Rule = {
  section: "1.1",
  title: "A movie arrives whole and in order, and after it the connection serves the next request",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    for (let round = 0; round < 2; round++) {
      session.send(`a:1:start_movie:${learned.name}\n`);
      await expectFrames(session, learned);
      await expectQuiet(session, "the last frame");
    }
  },
};

const exactBytes: Rule = {
  section: "4.2",
  title: "Every frame is its file's header and raster, byte for byte",
  judge: async ({ target, movie, open }) => {
    const { frames } = movie();
    const { files } = target;
    if (files === undefined) throw new NotJudged("needs the movie's files: --frames DIR");
    const session = await open();
    if (files.length !== frames.length) {
      throw session.broken(`the ${files.length} frames of the folder`, `${frames.length} frames`);
    }
    for (const [index, { number, bytes }] of files.entries()) {
      if (bytes === undefined) throw new NotJudged(`frame ${number} is no binary PPM or PGM file`);
      if (!same(bytes, frames[index] ?? new Uint8Array(0))) {
        throw session.broken(
          `the ${bytes.length} bytes of frame ${number}'s file`,
          difference(bytes, frames[index]),
        );
      }
    }
  },
};

function difference(expected: Uint8Array, came: Uint8Array = new Uint8Array(0)): string {
  const at = expected.findIndex((byte, index) => came[index] !== byte);
  return `${came.length} bytes, the first other one at ${at < 0 ? expected.length : at}`;
}

const halfClose: Rule = {
  section: "1.2",
  title: "A client that closes its half receives the whole movie, and then the end of the connection",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    session.send(`a:1:start_movie:${learned.name}\n`);
    session.closeHalf();
    await expectFrames(session, learned);
    await expectClosed(session);
  },
};

const CLIENTS = 8;

const together: Rule = {
  section: "1.1",
  title: `${CLIENTS} clients at once, of different priorities, each receive the whole movie`,
  judge: async ({ open, movie }) => {
    const learned = movie();
    await Promise.all(
      Array.from({ length: CLIENTS }, async (_, index) => {
        const session = await open();
        session.send(`c${index}:${index % 5}:start_movie:${learned.name}\n`);
        await expectFrames(session, learned);
        await expectNothingMore(session, "the last frame");
      }),
    );
  },
};

const secondConnection: Rule = {
  section: "1.1",
  title: "The same client id on two connections is two clients",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const [first, second] = [await open(), await open()];
    first.send(`same:1:start_movie:${learned.name}\n`);
    second.send(`same:1:start_movie:${learned.name}\n`);
    await Promise.all([expectFrames(first, learned), expectFrames(second, learned)]);
  },
};

const silentGreeting: Rule = {
  section: "1.1",
  title: "Nothing is sent before the first request",
  judge: async ({ open, movie }: Context) => {
    const session = await open();
    await expectQuiet(session, "connecting");
    await expectUsable(session, movie());
  },
};

const priorityOrder: Rule = {
  section: "2.7",
  title: "When there is not enough to go round, the smaller priority is served first",
  judge: () => {
    const reason = "a fast connection does not show in which order frames were handed over";
    return Promise.reject(new NotJudged(reason));
  },
};

export const playing: Topic = {
  title: "Playing a movie",
  rules: [wholeMovie, exactBytes, silentGreeting, halfClose, together, secondConnection, priorityOrder],
};
