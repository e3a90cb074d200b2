import { REASONS, type Reason, type Waits } from "./playback.ts";

/** What messages wait for: in one word, and as one would say it. */
export const REASON_WORDS: { readonly [Of in Reason]: { readonly short: string; readonly long: string } } = {
  production: { short: "making", long: "for their frames, which were being made or had not come" },
  ring: { short: "room", long: "for room in the server: the ring or what is in flight was full" },
  client: { short: "client", long: "for their clients, which had not taken what they were given" },
  budget: { short: "budget", long: "for the budget" },
  better: { short: "better", long: "for playbacks of a better priority" },
  turn: { short: "turn", long: "for their turn among equals, or for the server itself" },
};

/** One part of a bar. */
export type Part = { readonly reason: Reason; readonly amount: number; readonly share: number };

/** What waits consist of, in the order of reasons, without what is nothing. */
export function parts(waits: Waits): Part[] {
  const sum = REASONS.reduce((total, reason) => total + waits[reason], 0);
  if (sum <= 0) return [];
  return REASONS.map((reason) => ({ reason, amount: waits[reason], share: waits[reason] / sum })).filter(
    ({ amount }) => amount > 0,
  );
}

/** The largest part, which is what there is to do something about; undefined where nobody waited. */
export function largest(waits: Waits): Part | undefined {
  return parts(waits).toSorted((one, other) => other.amount - one.amount)[0];
}

/** Less of a whole is noise. */
export const WORTH_TELLING = 0.05;
