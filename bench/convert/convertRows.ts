import type { Row } from "../family.ts";
import type { Kind } from "./frames.ts";

/** One way to get frames, measured over a movie. */
export type Pass = {
  readonly kind: Kind;
  /** Where frames come from: the decoders, the folder of converted frames, memory. */
  readonly from: "cold" | "disk" | "memory";
  readonly frames: number;
  readonly seconds: number;
  readonly firstSeconds: number;
  /** Of the server and of the programs that it has started. */
  readonly processorSeconds: number;
};

const NAMES = { png: "16-bit PNG", exr: "EXR" } as const satisfies Record<Kind, string>;
const FROM = { cold: "cold", disk: "warm from disk", memory: "warm from memory" } as const;

/**
 * Frames per second and per processor second, and the time to the first frame: without a peer, and no goal.
 */
export function convertRows(passes: readonly Pass[]): Row[] {
  return passes.flatMap((pass) => {
    const name = `${NAMES[pass.kind]}, ${FROM[pass.from]}`;
    return [
      row(name, "frames/s", pass.frames / pass.seconds),
      row(`${name}, per core`, "frames/CPU s", pass.frames / pass.processorSeconds),
      row(`${name}, first frame`, "ms", pass.firstSeconds * 1000),
    ];
  });
}

function row(what: string, unit: string, value: number): Row {
  return { target: "convert", what, unit, ours: [value], about: "ours", judged: [value] };
}
