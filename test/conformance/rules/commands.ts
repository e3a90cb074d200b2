import { drain, expectError, expectFrames, expectQuiet, expectUsable, follow } from "../expect.ts";
import type { LearnedMovie } from "../learn.ts";
import { NotJudged } from "../evidence.ts";
import { type Context, type Rule, type Topic } from "../rule.ts";
import type { Session } from "../session.ts";

/** The index of a frame in the middle. */
function middle({ frames }: LearnedMovie): number {
  return Math.floor(frames.length / 2);
}

/** Plays the movie again and again on a new connection, and takes its first frames. */
async function repeating(context: Context): Promise<{ session: Session; check: ReturnType<typeof follow> }> {
  const learned = context.movie();
  const session = await context.open();
  session.send(`a:1:start_movie:${learned.name}:1\n`);
  const check = follow(session, learned, 0);
  for (let count = 0; count < 3; count++) check(await session.next());
  return { session, check };
}

const seeks: Rule = {
  section: "3.2",
  title: "seek_movie plays from the given frame to the last",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    for (const index of [middle(learned), learned.frames.length - 1, 0]) {
      session.send(`a:1:seek_movie:${learned.name}:${learned.numbers[index]}\n`);
      await expectFrames(session, learned, index);
      await expectQuiet(session, "the last frame");
    }
  },
};

const seekOutside: Rule = {
  section: "3.2",
  title: "A seek to the number above the last frame, or below the first, is refused",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    const [first = 0, last = 0] = [learned.numbers[0], learned.numbers.at(-1)];
    for (const number of [last + 1, first - 1]) {
      session.send(`a:1:seek_movie:${learned.name}:${number}\n`);
      await expectError(session, ["FRAME_NOT_FOUND"]);
    }
    await expectUsable(session, learned);
  },
};

/** Replaces a repeated movie by another playback, which must arrive whole behind what was on its way. */
function replaced(
  section: string,
  title: string,
  command: (movie: LearnedMovie) => readonly [string, number],
): Rule {
  return {
    section,
    title,
    judge: async (context) => {
      const learned = context.movie();
      if (learned.frames.length < 3) throw new NotJudged("needs a movie of three frames or more");
      const { session } = await repeating(context);
      const [request, from] = command(learned);
      session.send(`${request}\n`);
      const received: Uint8Array[] = [];
      const wanted = learned.frames.slice(from);
      await drain(session, (item) => {
        if (item.kind !== "frame") throw session.broken("nothing but frames", session.came(item));
        received.push(item.bytes);
        if (received.length > wanted.length) received.shift();
      });
      const isWhole = received.every(
        (bytes, index) => Buffer.compare(bytes, wanted[index] ?? bytes.subarray(1)) === 0,
      );
      if (received.length === wanted.length && isWhole) return;
      throw session.broken(
        `at the end frames ${learned.numbers[from]} to ${learned.numbers.at(-1)}`,
        "others",
      );
    },
  };
}

const stops: Rule = {
  section: "3.3",
  title: "stop_movie ends a repeated movie at a frame's end, and the connection stays usable",
  judge: async (context) => {
    const { session, check } = await repeating(context);
    session.send("a:1:stop_movie\n");
    await drain(session, check);
    await expectUsable(session, context.movie());
  },
};

const stopsByName: Rule = {
  section: "3.3",
  title: "stop_movie with the name of the movie that is playing stops it",
  judge: async (context) => {
    const { session, check } = await repeating(context);
    session.send(`a:1:stop_movie:${context.movie().name}\n`);
    await drain(session, check);
    await expectUsable(session, context.movie());
  },
};

const stopsNothing: Rule = {
  section: "3.3",
  title: "stop_movie is accepted without a word when nothing is playing",
  judge: async ({ open, movie }) => {
    const session = await open();
    session.send(`a:1:stop_movie\na:1:stop_movie:${movie().name}\n`);
    await expectQuiet(session, "stop_movie");
    await expectUsable(session, movie());
  },
};

const repeats: Rule = {
  section: "3.4",
  title: "With repeat 1 the first frame follows the last, round after round",
  judge: async (context) => {
    const { session, check } = await repeating(context);
    for (let count = 0; count < 2 * context.movie().frames.length; count++) check(await session.next());
  },
};

const RATE = 50;

const paced: Rule = {
  section: "3.5",
  title: `At ${RATE} frames per second no frame comes before it is due`,
  judge: async ({ open, movie }) => {
    const learned = movie();
    const count = Math.min(learned.frames.length, 15);
    if (count < 2) throw new NotJudged("needs a movie of two frames or more");
    const session = await open();
    const asked = performance.now();
    session.send(`a:1:start_movie:${learned.name}:0:${RATE}\n`);
    await expectFrames(session, learned, 0, count);
    const took = Math.round(performance.now() - asked);
    const due = ((count - 1) * 1000) / RATE;
    if (took < due)
      throw session.broken(`${count} frames in ${due} ms at least`, `${count} frames in ${took} ms`);
  },
};

const rateForms: Rule = {
  section: "3.5",
  title: "fps may be a fraction or a decimal number",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    for (const fps of ["24000/1001", "59.94"]) {
      session.send(`a:1:start_movie:${learned.name}:0:${fps}:to=${learned.numbers[0]}\n`);
      await expectFrames(session, learned, 0, 1);
      await expectQuiet(session, "the range's only frame");
    }
  },
};

const separators: Rule = {
  section: "2.1",
  title: "Arguments may be separated by commas as well as by colons",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const session = await open();
    session.send(`a:1:start_movie:${learned.name},0,1000\n`);
    await expectFrames(session, learned, 0, Math.min(3, learned.frames.length));
  },
};

const ranges: Rule = {
  section: "3.6",
  title:
    "from and to give the range that is played, also when it is repeated or reaches over the movie's ends",
  judge: async ({ open, movie }) => {
    const learned = movie();
    const { numbers, frames, name } = learned;
    const session = await open();
    const to = Math.min(middle(learned) + 2, frames.length - 1);
    session.send(`a:1:start_movie:${name}:from=${numbers[middle(learned)]}:to=${numbers[to]}\n`);
    await expectFrames(session, learned, middle(learned), to + 1);
    session.send(`a:1:start_movie:${name}:1:to=${numbers[1] ?? numbers[0]}\n`);
    for (let round = 0; round < 3; round++)
      await expectFrames(session, learned, 0, Math.min(2, frames.length));
    const other = await open();
    other.send(`a:1:start_movie:${name}:to=999999999999999:from=-999999999999999\n`);
    await expectFrames(other, learned);
    await expectQuiet(other, "the last frame");
  },
};

function contractRule(contract: string, rate: number): Rule {
  return {
    section: "3.6",
    title: `Under contract=${contract} frames keep their order, and the last one comes`,
    judge: async ({ open, movie }) => {
      const learned = movie();
      const session = await open();
      session.send(`a:1:start_movie:${learned.name}:0:${rate}:contract=${contract}\n`);
      let index = -1;
      while (index < learned.frames.length - 1) {
        const item = await session.next();
        if (item?.kind !== "frame") throw session.broken("a later frame", session.came(item));
        const next = learned.frames.findIndex(
          (frame, at) => at > index && Buffer.compare(frame, item.bytes) === 0,
        );
        if (next < 0) throw session.broken(`a frame after ${learned.numbers[index]}`, session.came(item));
        index = next;
      }
      await expectQuiet(session, "the last frame");
    },
  };
}

export const commands: Topic = {
  title: "Commands",
  rules: [
    seeks,
    seekOutside,
    replaced("3.2", "A seek replaces what is playing", (movie) => {
      return [`a:1:seek_movie:${movie.name}:${movie.numbers[middle(movie)]}`, middle(movie)];
    }),
    replaced("3.7", "A new start replaces what is playing", ({ name }) => [`a:1:start_movie:${name}`, 0]),
    stops,
    stopsByName,
    stopsNothing,
    repeats,
    paced,
    rateForms,
    separators,
    ranges,
    contractRule("all", 1000),
    contractRule("latest", 200),
  ],
};
