import { type Fault, fault } from "../../base/errors.ts";
import { KiB } from "../../base/units.ts";
import type { OpenFile } from "../disk/openFile.ts";

/** What a picture's header says. */
export type Picture = {
  /** In pixels, from 1. */
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha. */
  readonly channels: number;
  /** Of one sample. */
  readonly bits: number;
  /** Whether samples are floating point. */
  readonly float?: boolean;
};

/** Looks at the beginning of a file. `page` is the picture of a file that holds several, from 0. */
export type Look = (head: Head, page: number) => Promise<Picture>;

/** Most headers lie in the first block of a file. */
const BLOCK = 4 * KiB;

/** The beginning of a file, or what of a file its header leads to. */
export class Head {
  readonly file: OpenFile;
  readonly format: string;
  #block: Promise<Uint8Array> | undefined;

  constructor(file: OpenFile, format: string) {
    this.file = file;
    this.format = format;
  }

  /** `length` bytes. @throws FRAME_TRUNCATED when the file ends before */
  async at(position: number, length: number): Promise<DataView> {
    const bytes = await this.upTo(position, length);
    if (bytes.length < length) {
      throw fault("FRAME_TRUNCATED", "the file ends before it says how large its picture is");
    }
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  /** `length` bytes, or as many as there are. */
  async upTo(position: number, length: number): Promise<Uint8Array> {
    if (position + length > BLOCK) return this.#read(position, length);
    this.#block ??= this.#read(0, BLOCK);
    return (await this.#block).subarray(position, position + length);
  }

  /** What the file is not. */
  corrupt(): Fault {
    return fault("FRAME_CORRUPT", `found no picture's size, expected a ${this.format.toUpperCase()} file`);
  }

  async #read(position: number, length: number): Promise<Uint8Array> {
    // No file is as long as some headers say.
    if (!Number.isSafeInteger(position + length)) return new Uint8Array(0);
    const buffer = new Uint8Array(length);
    const { bytesRead } = await this.file.read(buffer, 0, length, position);
    return buffer.subarray(0, bytesRead);
  }
}

/** Four letters, as many formats name their parts. */
export function letters(view: DataView, at: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));
}
