import type { Contract, Receipt } from "../../client/index.ts";

/** Why messages wait, in the order in which it is told. */
export const REASONS = ["production", "ring", "client", "budget", "better", "turn"] as const;
export type Reason = (typeof REASONS)[number];

export type Waits = { readonly [Of in Reason]: number };

/** How its frames are made; null where nothing was asked for. */
export type RenditionFacts = {
  readonly format: string;
  readonly width: number | null;
  readonly quality: number | null;
  readonly levels: string | null;
  readonly exposure: number | null;
};

/** A playback as `/playbacks` lists it. Times of waits and of lateness are in milliseconds. */
export type Playback = {
  readonly id: string;
  readonly transport: "classic" | "http" | "websocket";
  readonly client: string;
  readonly address: string | null;
  readonly movie: string;
  readonly epoch: number;
  readonly priority: number;
  readonly contract: Contract;
  readonly fps: string | null;
  readonly rendition: RenditionFacts;
  readonly seconds: number;
  readonly wished: number | null;
  readonly frame: number | null;
  readonly delivered: number;
  readonly sent: number;
  readonly skipped: number;
  readonly missing: number;
  readonly substituted: number;
  readonly late: number;
  readonly bytes: number;
  readonly lateness: { readonly median: number; readonly worst: number } | null;
  readonly waits: Waits;
};

/** What one that has ended was told at its end. */
export type EndReceipt = Pick<
  Receipt,
  "sent" | "skipped" | "missing" | "substituted" | "bytes" | "digest"
> & {
  readonly end: NonNullable<Receipt["end"]>;
  readonly first: number | null;
  readonly last: number | null;
};

export type Ended = {
  readonly playback: Playback;
  readonly receipt: EndReceipt;
  /** By this machine's clock, in milliseconds. */
  readonly at: number;
};

/** A single frame is a playback too: many are asked for each second where somebody turns over thumbnails. */
export function isSingleFrame({ playback, receipt }: Ended): boolean {
  return playback.transport === "http" && receipt.sent <= 1 && receipt.first === receipt.last;
}

/** What it is asked for, in frames a second; undefined for as fast as its client reads. */
export function askedRate({ fps }: Pick<Playback, "fps">): number | undefined {
  if (fps === null) return undefined;
  const [numerator = Number.NaN, denominator = 1] = fps.split("/").map(Number);
  return numerator / denominator;
}

/** A rendition as one would say it. */
export function renditionWords({ format, width, quality, levels, exposure }: RenditionFacts): string {
  const words = [
    format,
    width === null ? "" : `${width} wide`,
    quality === null ? "" : `quality ${quality}`,
    levels === null ? "" : `levels ${levels.replace(",", " to ")}`,
    exposure === null || exposure === 0 ? "" : `${exposure} stops`,
  ];
  return words.filter((word) => word !== "").join(", ");
}
