import { createHash } from "node:crypto";
import type { ClassicItem } from "../../../src/wire/classicReader.ts";
import { expectError, expectQuiet, expectUsable } from "../expect.ts";
import type { LearnedMovie } from "../learn.ts";
import { NotJudged } from "../evidence.ts";
import { type Context, type Rule, type Topic } from "../rule.ts";
import type { Session } from "../session.ts";

type Frame = Extract<ClassicItem, { kind: "frame" }>;
type End = Extract<ClassicItem, { kind: "end" }>;
type Epoch = { readonly frames: readonly Frame[]; readonly end: End };

/** The movie, if the server can tag it at all. */
function taggedMovie({ movie }: Context): LearnedMovie {
  const learned = movie();
  if (!learned.isTagged) throw new NotJudged("needs tagged playbacks, which this server does not give");
  return learned;
}

/** A tagged playback up to its END line, checked against the rules that hold for every one. */
async function takeEpoch(session: Session, epoch: number): Promise<Epoch> {
  const frames: Frame[] = [];
  const hash = createHash("sha256");
  for (;;) {
    const item = await session.next();
    if (item?.kind === "end") {
      checkEnd(session, item, { epoch, frames, digest: hash.digest("hex") });
      return { frames, end: item };
    }
    const expected = `message ${frames.length} of epoch ${epoch}, or its END line`;
    if (item?.kind !== "frame" || item.tag === undefined) throw session.broken(expected, session.came(item));
    const { tag, bytes } = item;
    if (tag.epoch !== epoch || tag.message !== frames.length) {
      throw session.broken(expected, `message ${tag.message} of epoch ${tag.epoch}`);
    }
    const number = Buffer.alloc(8);
    number.writeBigInt64BE(BigInt(tag.frame));
    hash.update(number).update(createHash("sha256").update(bytes).digest());
    frames.push({ ...item, bytes: new Uint8Array(0) });
  }
}

type Tallied = { readonly epoch: number; readonly frames: readonly Frame[]; readonly digest: string };

function checkEnd(session: Session, end: End, { epoch, frames, digest }: Tallied): void {
  const bytes = frames.reduce((sum, { tag }) => sum + (tag?.bytes ?? 0), 0);
  const expected = `END ${epoch} ${frames.length} … ${bytes} ${digest}`;
  if (end.epoch === epoch && end.sent === frames.length && end.bytes === bytes && end.digest === digest)
    return;
  throw session.broken(expected, session.came(end));
}

const tags: Rule = {
  section: "4.4",
  title: "A tagged playback has a line before each frame, with its frame number and the request",
  judge: async (context) => {
    const learned = context.movie();
    const session = await context.open();
    const request = `wall \\ é:3:start_movie:${learned.name}:tagged`;
    session.send(`${request}\n`);
    for (const [index, number] of learned.numbers.entries()) {
      const item = await session.next();
      const expected = `a tag line of message ${index}, frame ${number}, and its frame`;
      if (item?.kind !== "frame" || item.tag === undefined)
        throw session.broken(expected, session.came(item));
      const { tag } = item;
      if (tag.message !== index || tag.frame !== number || tag.substitute || tag.epoch !== 1) {
        throw session.broken(expected, session.came(item));
      }
      if (tag.request !== request) throw session.broken(`the request ${request}`, tag.request);
    }
  },
};

const ends: Rule = {
  section: "4.5",
  title: "A tagged playback ends with an END line whose counts and digest are right, and nothing follows it",
  judge: async (context) => {
    const learned = taggedMovie(context);
    const session = await context.open();
    session.send(`a:1:start_movie:${learned.name}:tagged\n`);
    const { frames, end } = await takeEpoch(session, 1);
    if (frames.length !== learned.frames.length || end.skipped !== 0 || end.missing !== 0) {
      throw session.broken(`all ${learned.frames.length} frames, none skipped or missing`, session.came(end));
    }
    await expectQuiet(session, "the END line");
  },
};

const epochs: Rule = {
  section: "3.7",
  title: "Every accepted start, seek and stop opens the next epoch, and a refused request opens none",
  judge: async (context) => {
    const { name, numbers } = taggedMovie(context);
    const session = await context.open();
    const only = `from=${numbers[0]}:to=${numbers[0]}`;
    session.send(`a:1:start_movie:${name}:tagged:${only}\n`);
    await takeEpoch(session, 1);
    session.send(`a:1:stop_movie\na:1:seek_movie:${name}:${numbers[0]}:tagged:${only}\n`);
    await takeEpoch(session, 3);
    session.send("a:1:start_movie:no such movie:tagged\n");
    await expectError(session, ["MOVIE_NOT_FOUND"]);
    session.send(`a:1:start_movie:${name}:tagged:${only}\n`);
    await takeEpoch(session, 4);
  },
};

const stopEnds: Rule = {
  section: "3.3",
  title: "After stop_movie comes the END line, with what was sent until then, and no frame after it",
  judge: async (context) => {
    const learned = taggedMovie(context);
    const session = await context.open();
    session.send(`a:1:start_movie:${learned.name}:1:tagged\n`);
    await session.anyBytes(1);
    session.send("a:1:stop_movie\n");
    await takeEpoch(session, 1);
    await expectQuiet(session, "the END line");
    await expectUsable(session, learned);
  },
};

const seekReplaces: Rule = {
  section: "4.5",
  title: "A seek ends the old epoch with its END line before the new one's first frame",
  judge: async (context) => {
    const { name, numbers } = taggedMovie(context);
    const session = await context.open();
    session.send(`a:1:start_movie:${name}:1:tagged\n`);
    await session.anyBytes(1);
    session.send(`a:1:seek_movie:${name}:${numbers.at(-1)}:tagged\n`);
    await takeEpoch(session, 1);
    const { frames } = await takeEpoch(session, 2);
    if (frames.length === 1 && frames[0]?.tag?.frame === numbers.at(-1)) return;
    throw session.broken(`frame ${numbers.at(-1)} alone`, `${frames.length} frames`);
  },
};

export const tagged: Topic = {
  title: "Tagged playbacks",
  rules: [tags, ends, epochs, stopEnds, seekReplaces],
};
