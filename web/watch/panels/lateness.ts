import { count, counted } from "../../look/numbers.ts";
import { type PlaybackFacts, REASONS, type Reason, type Waits } from "./server.ts";

/** What frames wait for: as a title, as the end of a sentence, and what that is. */
export type ReasonWords = { readonly name: string; readonly waited: string; readonly means: string };

export const REASON_WORDS: { readonly [Of in Reason]: ReasonWords } = {
  production: {
    name: "Making pictures",
    waited: "to be made",
    means: "The server read, decoded or encoded them; a live movie had none yet.",
  },
  ring: {
    name: "Room in the server",
    waited: "for room in the server",
    means: "Everything that the server may hold was on its way to viewers.",
  },
  client: {
    name: "Your connection",
    waited: "for your connection",
    means: "This browser, or the network to it, had not taken what came before.",
  },
  budget: {
    name: "The bandwidth budget",
    waited: "for the bandwidth budget",
    means: "The server may send only so much at a time.",
  },
  better: {
    name: "More important viewers",
    waited: "for more important viewers",
    means: "Others with a better priority went first.",
  },
  turn: {
    name: "Its turn",
    waited: "for their turn",
    means: "Others of the same priority went first, or the server was busy.",
  },
};

/** One bar: how long, and as a part of the longest. */
export type Bar = { readonly reason: Reason; readonly ms: number; readonly share: number };

/** Shorter waits, as a part of all, are noise. */
const NOISE = 0.01;

/** The longest wait first, without those that are none. */
export function barsOf(waits: Waits): Bar[] {
  const sum = REASONS.reduce((total, reason) => total + waits[reason], 0);
  const longest = Math.max(...REASONS.map((reason) => waits[reason]));
  return REASONS.map((reason) => ({
    reason,
    ms: waits[reason],
    share: waits[reason] / Math.max(longest, 1e-9),
  }))
    .filter(({ ms }) => ms >= 0.5 && ms >= sum * NOISE)
    .toSorted((one, other) => other.ms - one.ms);
}

/** `340 ms`, `12.3 s`, `4 min 10 s` */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${count(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

/** `74 ms, 1.3 ms a frame` */
export function waitText(ms: number, sent: number): string {
  const each = ms / Math.max(sent, 1);
  if (sent < 2 || each < 0.1) return durationText(ms);
  return `${durationText(ms)}, ${each < 10 ? `${each.toFixed(1)} ms` : durationText(each)} a frame`;
}

/** What became of frames on this screen. */
export type Kept = { readonly shown: number; readonly late: number; readonly skipped: number };

/** What is wrong, in one sentence. */
export type Verdict = {
  readonly words: string;
  /** Where frames were late or left out: nowhere, on this side, or at the server already. */
  readonly where: "nowhere" | "here" | "server";
};

export function verdictOf(
  { shown, late, skipped }: Kept,
  playback: Pick<PlaybackFacts, "late" | "skipped" | "waits"> | undefined,
): Verdict {
  if (shown === 0 && playback === undefined)
    return {
      where: "nowhere",
      words: "Nothing has been played yet. Play, and this says where the time goes.",
    };
  const there = playback === undefined ? 0 : playback.late + playback.skipped;
  if (late === 0 && skipped === 0 && there === 0)
    return { where: "nowhere", words: "Every frame was in time." };
  const [longest] = playback === undefined ? [] : barsOf(playback.waits);
  // What the server sent in time came late on its way, or this browser was busy.
  if (there === 0) {
    const frames = counted(late + skipped, "frame");
    const why = `${frames} came late on the way, or this browser was busy.`;
    return { where: "here", words: `The server sent every frame in time. ${why}` };
  }
  const why = longest === undefined ? "" : ` They waited longest ${REASON_WORDS[longest.reason].waited}.`;
  return { where: "server", words: `Frames were late or left out.${why}` };
}
