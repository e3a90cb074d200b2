import type { Timeline } from "./timeline.ts";

/** What is shown of a frame besides its picture. */
export type Caption = {
  /** Begins with the frame number. */
  readonly text: string;
  /** `held`: another picture stands in; `missing`: there is nothing to be seen. */
  readonly tone: "plain" | "held" | "missing";
};

/** The frame and what is wrong with its picture. */
export type Captioned = {
  readonly number: number;
  readonly isSubstitute: boolean;
  readonly hasPicture: boolean;
};

/** What stands below a picture. */
export function captionOf(
  { number, isSubstitute, hasPicture }: Captioned,
  timeline: Timeline | undefined,
): Caption {
  if (!hasPicture) return { text: `${number} cannot be shown`, tone: "missing" };
  if (!isSubstitute) return { text: String(number), tone: "plain" };
  const instead = timeline?.standIn(number);
  const showing = instead === undefined ? "showing another frame" : `showing ${instead}`;
  if (timeline !== undefined && number > timeline.newest)
    return { text: `${number} not rendered yet, ${showing}`, tone: "held" };
  if (timeline?.isMissing(number) === false)
    return { text: `${number} cannot be read, showing an earlier one`, tone: "held" };
  return { text: `${number} missing, ${showing}`, tone: "held" };
}

/** What is wrong, as one would say it; the codes are those of the catalogue of errors. */
const SENTENCES: Readonly<Record<string, (movie: string) => string>> = {
  MOVIE_NOT_FOUND: (movie) => `There is no movie “${movie}” on this server.`,
  MOVIE_GONE: (movie) => `The movie “${movie}” has been removed.`,
  MOVIE_UNREADABLE: (movie) => `No frame of “${movie}” can be read.`,
  BUSY: () => "The server has no room for another viewer at this rate. Try again later, or play more slowly.",
  PLAYBACK_ENDED: () => "Whoever runs the server has ended this playback.",
  PLAYBACK_LIMIT: () => "This page plays as many movies as one page may.",
  SERVER_UNREACHABLE: () => "The server cannot be reached.",
  ORIGIN_REFUSED: () => "The server does not let this page show its movies.",
};

/** Why there is nothing to be seen. */
export function sentenceOf(error: { readonly code: string; readonly title: string }, movie: string): string {
  return SENTENCES[error.code]?.(movie) ?? error.title;
}

const FRAME_SENTENCES: Readonly<Record<string, (number: number) => string>> = {
  FRAME_NOT_FOUND: (number) => `There is no frame ${number}.`,
  FRAME_MISSING: (number) => `Frame ${number} has not been rendered.`,
  FRAME_CHANGING: (number) => `Frame ${number} is just being written.`,
  FRAME_TOO_LARGE: (number) => `Frame ${number} is larger than the server takes.`,
  FRAME_UNSUPPORTED: (number) => `Frame ${number} is of a kind that cannot be shown.`,
};

/** Why a frame cannot be seen. */
export function frameSentence(code: string, number: number): string {
  return FRAME_SENTENCES[code]?.(number) ?? `Frame ${number} cannot be read.`;
}

/** Whether an error is about one frame: others have pictures. */
export function isOfFrame(code: string): boolean {
  return code.startsWith("FRAME_") || code === "RANGE_INVALID";
}

export const NOT_DECODED = "FRAME_CORRUPT";
export const SAYINGS = {
  connecting: "Connecting…",
  reconnecting: "The connection broke. Connecting again…",
  source: "The address of the movie cannot be understood: it should look like /movies/NAME.",
  empty: "This movie has no frames yet.",
} as const;

export function waitingFor(number: number): string {
  return `Frame ${number} has not been rendered yet. Waiting for it.`;
}
