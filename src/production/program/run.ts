import { Fault, fault } from "../../base/errors.ts";
import { assertNever } from "../../base/assert.ts";
import type { Bytes } from "../../base/units.ts";
import type { FrameSource, ProgramFormat } from "../../library/log.ts";
import type { Raster } from "../raster/raster.ts";
import { readWhole } from "../file/read.ts";
import type { Decoder, Outcome } from "./decoder.ts";
import { ALONE } from "./command.ts";
import { complaintFault, endedFault, isUnknown } from "./faults.ts";
import { giveBack, PICTURE_TIME, takeDecoder, unread } from "./keeper.ts";
import { checkOutline } from "./outlines/outline.ts";

/** Files of one format, one picture each, that are decoded one after the other. */
export type ProgramRun = {
  readonly sources: readonly FrameSource[];
  readonly format: ProgramFormat;
  /** Of a file, and of a picture's samples. */
  readonly limit: Bytes;
  /** Takes the picture of the source at `index`, or why there is none. Called once for each, in order. */
  readonly deliver: (index: number, result: Raster | Fault) => void;
  /** Ends the run early: nothing is delivered any more. */
  readonly signal?: AbortSignal;
};

/**
 * Decodes a run of files; a file that cannot be decoded gets its fault and the rest go on. The program that
 * decodes them is kept for a moment for the next run, so that runs may be as short as one file.
 */
export async function decodeRun({ sources, format, limit, deliver, signal }: ProgramRun): Promise<void> {
  const desk = new Desk(format, limit);
  const stop = (): void => desk.close();
  signal?.addEventListener("abort", stop);
  try {
    for (const [index, source] of sources.entries()) {
      if (signal?.aborted) return;
      const result = await desk.decode(source);
      if (signal?.aborted) return;
      deliver(index, result);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    desk.giveBack();
  }
}

/** Where one file after the other is decoded, by one program after the other if need be. */
class Desk {
  readonly #format: ProgramFormat;
  readonly #limit: Bytes;
  #decoder: Decoder | undefined;

  constructor(format: ProgramFormat, limit: Bytes) {
    this.#format = format;
    this.#limit = limit;
  }

  async decode(source: FrameSource): Promise<Raster | Fault> {
    try {
      const bytes = readWhole(source, this.#limit);
      checkOutline(this.#format, bytes, this.#limit);
      return rasterOf(await this.#decodeBytes(bytes), this.#format, this.#limit);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }

  giveBack(): void {
    if (this.#decoder !== undefined) giveBack(this.#decoder, this.#format, this.#limit);
    this.#decoder = undefined;
  }

  close(): void {
    this.#decoder?.end();
  }

  /** What a program with a past cannot do is tried again by a new one. */
  async #decodeBytes(bytes: Uint8Array): Promise<Outcome> {
    for (;;) {
      if (!this.#decoder?.isUsable) {
        this.giveBack();
        this.#decoder = await takeDecoder(this.#format, this.#limit);
      }
      const { isFresh } = this.#decoder;
      const outcome = await this.#decoder.decode(bytes);
      if (ALONE.has(this.#format)) this.#decoder.end();
      if (outcome.kind !== "ended" || isFresh) return outcome;
    }
  }
}

function rasterOf(outcome: Outcome, format: ProgramFormat, limit: Bytes): Raster {
  switch (outcome.kind) {
    case "raster":
      return outcome.raster;
    case "refused":
      throw complaintFault(outcome.complaint);
    case "tooLarge": {
      const { width, height } = outcome.picture;
      throw fault("FRAME_TOO_LARGE", `found ${width}×${height} pixels, expected ${limit} bytes at most`);
    }
    case "late":
      throw fault("FRAME_UNREADABLE", `ffmpeg gave no picture of it in ${PICTURE_TIME / 1000} s`);
    case "ended":
      if (isUnknown(outcome.why)) throw unread(format);
      throw endedFault(outcome.why);
    default:
      return assertNever(outcome);
  }
}
