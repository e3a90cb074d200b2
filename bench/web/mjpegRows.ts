import type { Row } from "../family.ts";
import { pairedRatios } from "../statistics.ts";
import type { Watched } from "./watching.ts";

/** Packages of npm that serve pictures to many. */
export const MJPEG_PEERS = ["mjpeg-proxy", "mjpeg-server"] as const;

export type MjpegCandidate = "ours" | (typeof MJPEG_PEERS)[number];

/** What one server carried. */
export type MjpegFigures = {
  readonly candidate: MjpegCandidate;
  /** Clients of whose frames at most one in a thousand was missed. */
  readonly most: number;
  /** Of the server's processor, for each picture of 500 clients. */
  readonly cpuMicroseconds: number;
  readonly steps: readonly { readonly clients: number; readonly missed: number }[];
  readonly steady: Watched;
};

/** The best of them is the peer: the goal holds against each. */
const CLIENTS_RATIO = { atLeast: 1.3 };

/** The rows of T7. */
export function mjpegRows(measured: readonly MjpegFigures[]): Row[] {
  const of = (candidate: MjpegCandidate): MjpegFigures[] =>
    measured.filter((each) => each.candidate === candidate);
  const ours = of("ours");
  if (ours.length === 0) return [];
  const row = (
    peer: MjpegCandidate,
    figure: (figures: MjpegFigures) => number,
  ): Omit<Row, "what" | "unit"> => {
    const [own, theirs] = [ours.map(figure), of(peer).map(figure)];
    return {
      target: "t7",
      ours: own,
      peer: { name: peer, figures: theirs },
      about: "ratio",
      judged: pairedRatios(own, theirs),
    };
  };
  return MJPEG_PEERS.flatMap((peer) => [
    { ...row(peer, ({ most }) => most), what: "most MJPEG clients at 24 fps", unit: "", goal: CLIENTS_RATIO },
    { ...row(peer, ({ cpuMicroseconds }) => cpuMicroseconds), what: "MJPEG, a picture", unit: "CPU µs" },
  ]);
}
