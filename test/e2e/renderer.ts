import { randomBytes } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { encodeHeader } from "../../src/wire/netpbm.ts";

const SIZE = { width: 96, height: 64 } as const;
const HEADER = encodeHeader({ magic: "P6", ...SIZE, maxval: 255 });

/** How a program may put a frame where others look for it. */
export type Manner = "in pieces" | "at once" | "by rename" | "slowly";
export const MANNERS: readonly Manner[] = ["in pieces", "at once", "by rename"];

/** Between two pieces of one frame: longer than a look at a folder takes. */
const PIECE_MS = 15;
/**
 * The same for a program that computes what it writes: longer than a file that is finished has been still.
 */
const SLOW_PIECE_MS = 450;

/** A program that renders a movie into a folder: every version of every frame is another picture. */
export class Renderer {
  readonly #folder: string;
  readonly #name: string;
  /** What has been finished, oldest first. */
  readonly #versions = new Map<number, Buffer[]>();

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /** Everything that was ever a finished frame of this number. */
  versions(number: number): readonly Buffer[] {
    return this.#versions.get(number) ?? [];
  }

  /** What the frame is now. */
  newest(number: number): Buffer | undefined {
    return this.versions(number).at(-1);
  }

  async write(number: number, manner: Manner): Promise<void> {
    const bytes = Buffer.concat([HEADER, randomBytes(SIZE.width * SIZE.height * 3)]);
    // From the last byte on it may be seen.
    const finish = (): void => void this.#versions.set(number, [...this.versions(number), bytes]);
    const path = this.#path(number);
    if (manner === "in pieces") await writeInPieces(path, bytes, finish, PIECE_MS);
    else if (manner === "slowly") await writeInPieces(path, bytes, finish, SLOW_PIECE_MS);
    else {
      finish();
      const written = manner === "at once" ? path : `${path}.part`;
      writeFileSync(written, bytes);
      if (written !== path) renameSync(written, path);
    }
  }

  remove(number: number): void {
    rmSync(this.#path(number));
  }

  #path(number: number): string {
    return join(this.#folder, `${this.#name}.${String(number).padStart(4, "0")}.ppm`);
  }
}

/** As a program does that writes into the frame's own file: cut to nothing, a header, rows, a rest. */
async function writeInPieces(path: string, bytes: Buffer, finish: () => void, ms: number): Promise<void> {
  const file = openSync(path, "w");
  try {
    const cuts = [0, 8, HEADER.byteLength + 1000, bytes.byteLength - 1];
    for (const [index, cut] of cuts.entries()) {
      const end = cuts[index + 1] ?? bytes.byteLength;
      if (end === bytes.byteLength) finish();
      writeSync(file, bytes, cut, end - cut);
      if (end < bytes.byteLength) await pause(ms);
    }
  } finally {
    closeSync(file);
  }
}
