import { expectClosed, expectFrames, expectUsable } from "../expect.ts";
import type { Context, Rule, Topic } from "../rule.ts";

/** A client that does nothing wrong receives the whole movie. */
async function playAsWitness({ open, movie }: Context): Promise<void> {
  const learned = movie();
  const witness = await open();
  witness.send(`witness:5:start_movie:${learned.name}\n`);
  await expectFrames(witness, learned);
}

const NEVER_READ = 8;

const neverRead: Rule = {
  section: "1.1",
  title: `${NEVER_READ} clients of better priority that never read disturb nobody`,
  judge: async (context) => {
    for (let count = 0; count < NEVER_READ; count++) {
      const session = await context.open({ reads: false });
      session.send(`lazy:0:start_movie:${context.movie().name}:1\n`);
    }
    await playAsWitness(context);
    await playAsWitness(context);
  },
};

const resets: Rule = {
  section: "1.3",
  title: "Clients that reset their connection in the middle of a frame disturb nobody",
  judge: async (context) => {
    for (let count = 0; count < 20; count++) {
      const session = await context.open();
      session.send(`gone:0:start_movie:${context.movie().name}:1\n`);
      await session.anyBytes(20);
      session.reset();
    }
    await playAsWitness(context);
  },
};

const visitors: Rule = {
  section: "1.3",
  title: "Clients that connect and leave in every way, 50 of each, leave the server usable",
  judge: async (context) => {
    const { name } = context.movie();
    const halves = ["", "a:1:start_", `a:1:start_movie:${name}\n`];
    for (let count = 0; count < 50; count++) {
      for (const half of halves) {
        const [polite, rude] = [await context.open(), await context.open()];
        for (const session of [polite, rude]) if (half !== "") session.send(half);
        polite.close();
        rude.reset();
      }
    }
    await playAsWitness(context);
  },
};

const nothingAsked: Rule = {
  section: "1.2",
  title: "A client that closes its half without a request sees the end of the connection",
  judge: async ({ open }) => {
    const session = await open();
    session.closeHalf();
    await expectClosed(session);
  },
};

const flood: Rule = {
  section: "1.1",
  title: "A client that sends 5,000 requests at once disturbs nobody, and is itself served",
  judge: async (context) => {
    const session = await context.open();
    session.send("a:1:stop_movie\n".repeat(5000));
    await playAsWitness(context);
    await expectUsable(session, context.movie());
  },
};

export const neighbours: Topic = {
  title: "Neighbours",
  rules: [nothingAsked, neverRead, resets, visitors, flood],
};
