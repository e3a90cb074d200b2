import type { Receipt } from "../../../src/base/events.ts";
import { WAIT_REASONS } from "../../../src/base/events.ts";
import { NotJudged } from "../evidence.ts";
import { expectFrames, expectQuiet } from "../expect.ts";
import type { Context, Rule, Topic } from "../rule.ts";
import type { Session } from "../session.ts";

/** Sends a request that asks for a receipt, where the server gives any. */
async function ask(context: Context, options: string): Promise<Session> {
  const { name, numbers } = context.movie();
  const probe = await context.open();
  probe.send(`a:1:start_movie:${name}:receipt=full:from=${numbers[0]}:to=${numbers[0]}\n`);
  const item = await probe.next();
  if (item?.kind === "error") throw new NotJudged("needs receipt=full, which this server does not know");
  const session = await context.open();
  session.send(`a:1:start_movie:${name}:${options}receipt=full\n`);
  return session;
}

async function takeReceipt(session: Session): Promise<Receipt> {
  const item = await session.next();
  if (item?.kind !== "receipt") throw session.broken("a RECEIPT line", session.came(item));
  return item.receipt;
}

function checkAll(session: Session, receipt: Receipt, context: Context): void {
  const { numbers, frames, name } = context.movie();
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  const expected = { movie: name, epoch: 1, end: "finished", sent: numbers.length, bytes, priority: 1 };
  for (const [member, value] of Object.entries(expected)) {
    const found = receipt[member as keyof typeof expected];
    if (found !== value) throw session.broken(`a receipt with ${member} ${value}`, `${member} ${found}`);
  }
  if (receipt.first === numbers[0] && receipt.last === numbers.at(-1)) return;
  throw session.broken(`from ${numbers[0]} to ${numbers.at(-1)}`, `from ${receipt.first} to ${receipt.last}`);
}

const untagged: Rule = {
  section: "4.7",
  title: "An untagged playback with receipt=full ends with one RECEIPT line that says what was sent",
  judge: async (context) => {
    const session = await ask(context, "");
    await expectFrames(session, context.movie());
    checkAll(session, await takeReceipt(session), context);
    await expectQuiet(session, "the RECEIPT line");
  },
};

const tagged: Rule = {
  section: "4.7",
  title: "Of a tagged playback the RECEIPT line comes directly before the END line, and agrees with it",
  judge: async (context) => {
    if (!context.movie().isTagged)
      throw new NotJudged("needs tagged playbacks, which this server does not give");
    const session = await ask(context, "tagged:");
    await expectFrames(session, context.movie());
    const receipt = await takeReceipt(session);
    checkAll(session, receipt, context);
    const end = await session.next();
    if (end?.kind !== "end") throw session.broken("the END line", session.came(end));
    for (const member of ["epoch", "sent", "skipped", "missing", "bytes", "digest"] as const) {
      if (end[member] !== receipt[member]) {
        throw session.broken(`the END line with ${member} ${receipt[member]}`, session.came(end));
      }
    }
  },
};

const timed: Rule = {
  section: "4.7",
  title: "The receipt of a timed playback says how late it was, and for how long it waited for what",
  judge: async (context) => {
    const session = await ask(context, "0:100:");
    await expectFrames(session, context.movie());
    const { lateness, waits } = await takeReceipt(session);
    if (lateness === undefined) throw session.broken("a lateness", "a receipt without one");
    const { median, worst } = lateness;
    if (median < 0 || worst < median * 0.98)
      throw session.broken("a worst above the median", `${worst}, ${median}`);
    const below = WAIT_REASONS.find((reason) => waits[reason] < 0);
    if (below !== undefined) throw session.broken("waits of 0 or more", `${waits[below]} ms for ${below}`);
  },
};

export const receipts: Topic = { title: "Receipts", rules: [untagged, tagged, timed] };
