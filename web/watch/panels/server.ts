/** Behind all who watch: what is asked here holds up no picture. */
const BEHIND_VIEWERS = 7;

/** What the server says of one movie. */
export type MovieFacts = {
  readonly name: string;
  readonly title: string | null;
  readonly live: boolean;
  readonly frames: number;
  readonly missing: number;
  /** As `3-5,9`. */
  readonly holes: string;
  readonly holesArePartial: boolean;
  readonly first: number | null;
  readonly last: number | null;
  readonly step: number;
  readonly newest: number | null;
  readonly expected: number | null;
  readonly fps: string;
  readonly format: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bits: number | null;
  readonly float: boolean | null;
  readonly channels: number | null;
  readonly fault: string | null;
  readonly changed: string | null;
};

export type Sample = "uint8" | "uint16" | "float32";
export type LevelPair = { readonly low: number; readonly high: number };

export type ChannelHistogram = {
  readonly name: string;
  readonly counts: readonly number[];
  readonly least: number | null;
  readonly most: number | null;
  readonly below: number;
  readonly above: number;
  readonly nan: number;
  readonly infinite: number;
};

/** How often which value is in one frame of a file. */
export type Histogram = {
  readonly frame: number;
  /** The frame that stands in for one that is not there. */
  readonly substitute: { readonly frame: number } | null;
  readonly sample: Sample;
  /** What is full brightness where nothing is stretched. */
  readonly white: number;
  readonly low: number;
  readonly high: number;
  readonly histograms: readonly ChannelHistogram[];
  /** What `auto` has measured; null for 8 bits. */
  readonly levels: LevelPair | null;
};

/** What a playback has sent and waited for, so far or in all. */
export type PlaybackFacts = {
  readonly priority: number;
  readonly wished?: number | null;
  readonly sent: number;
  readonly skipped: number;
  readonly substituted: number;
  readonly late: number;
  readonly lateness: { readonly median: number; readonly worst: number } | null;
  readonly waits: Waits;
};

export const REASONS = ["production", "ring", "client", "budget", "better", "turn"] as const;
export type Reason = (typeof REASONS)[number];
/** In milliseconds. */
export type Waits = { readonly [Of in Reason]: number };

/** A server's answer that is none: its code, or that there was no answer at all. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, title: string) {
    super(title);
    this.code = code;
  }
}

export function askMovie(movie: string, signal: AbortSignal): Promise<MovieFacts> {
  return ask(`/movies/${encodeURIComponent(movie)}`, signal);
}

/** @param range of the axis, in the file's values; undefined is all that there can be */
export function askHistogram(
  { movie, frame, range }: { movie: string; frame: number; range: LevelPair | undefined },
  signal: AbortSignal,
): Promise<Histogram> {
  const axis = range === undefined ? "" : `&range=${range.low},${range.high}`;
  const query = `bins=${BINS}${axis}&missing=hold&priority=${BEHIND_VIEWERS}`;
  return ask(`/movies/${encodeURIComponent(movie)}/frames/${frame}/histogram?${query}`, signal);
}

/** As many as the panel has pixels, about. */
const BINS = 256;

type Listed = PlaybackFacts & {
  readonly id: string;
  readonly client: string;
  readonly movie: string;
  /** Null for single frames. */
  readonly fps: string | null;
};

/** The playback of a movie that runs for a client; of several the one that began last. */
export async function findPlayback(
  { movie, client }: { readonly movie: string; readonly client: string },
  signal: AbortSignal,
): Promise<Listed | undefined> {
  const { playbacks } = await ask<{ playbacks: readonly Listed[] }>(
    `/playbacks?search=${encodeURIComponent(client)}`,
    signal,
  );
  return playbacks.findLast((each) => each.client === client && each.movie === movie && each.fps !== null);
}

/** What came of a playback that runs, or has ended in the last minutes. */
export async function askReceipt(id: string, signal: AbortSignal): Promise<PlaybackFacts> {
  const { receipt } = await ask<{ receipt: PlaybackFacts }>(`/playbacks/${encodeURIComponent(id)}`, signal);
  return receipt;
}

async function ask<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(path, { signal, headers: { Accept: "application/json" } });
  const answer: unknown = await response.json();
  if (response.ok) return answer as Answer;
  const { code = "SERVER_FAILED", title = "The server failed." } = answer as Partial<Record<string, string>>;
  throw new Refusal(code, title);
}
