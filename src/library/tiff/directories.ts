import { fault } from "../../base/errors.ts";
import type { Fault } from "../../base/errors.ts";
import { KiB } from "../../base/units.ts";
import type { OpenFile } from "../disk/openFile.ts";

/** The fields of one picture of a TIFF file. */
export type Directory = {
  /** Where it lies in the file. */
  readonly at: number;
  /**
   * The first value of a field, if it is there and has whole numbers.
   * @throws FRAME_TRUNCATED when the field lies behind the file's end
   */
  value(tag: number): Promise<number | undefined>;
};

/**
 * How a file's numbers are written: TIFF 6.0, section 2, or BigTIFF, whose counts and offsets have 8 bytes.
 */
type Layout = {
  readonly littleEndian: boolean;
  /** Of the number of fields, of a field, and of an offset, in bytes. */
  readonly count: number;
  readonly field: number;
  readonly offset: number;
};

/** Programs write some tens of fields. */
const MOST_FIELDS = 4096;

/** Directories of small pictures lie side by side: one read gets several. Those of large ones do not. */
const WINDOW = 4 * KiB;

/** Bytes of a value, by the types of whole numbers: BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const WHOLE_NUMBERS: ReadonlyMap<number, 1 | 2 | 4 | 8> = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
  [13, 4],
  [16, 8],
  [18, 8],
]);

const INTEL = 0x4949;
const MOTOROLA = 0x4d4d;
const CLASSIC = 42;
const BIG = 43;

/** The directories of a TIFF file's main chain, one after the other. */
export class Directories {
  readonly #file: OpenFile;
  #layout: Layout | undefined;
  #next = 0;
  #window = new DataView(new ArrayBuffer(0));
  #windowAt = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /**
   * The next directory; undefined after the last. A file may lead in a circle.
   * @throws FRAME_TRUNCATED, FRAME_CORRUPT
   */
  async next(): Promise<Directory | undefined> {
    const layout = this.#layout ?? (await this.#start());
    const at = this.#next;
    if (at === 0) return undefined;
    const fields = numberAt(await this.#read(at, layout.count), 0, layout.count, layout);
    if (fields === 0 || fields > MOST_FIELDS) throw corrupt(`${fields} fields in a directory`);
    const length = fields * layout.field;
    const view = await this.#read(at + layout.count, length + layout.offset);
    this.#next = numberAt(view, length, layout.offset, layout);
    return { at, value: (tag) => this.#value(view, fields, tag, layout) };
  }

  async #start(): Promise<Layout> {
    const start = await this.#read(0, 4);
    const order = start.getUint16(0);
    const littleEndian = order === INTEL;
    const version = start.getUint16(2, littleEndian);
    const isKnown = (littleEndian || order === MOTOROLA) && (version === CLASSIC || version === BIG);
    if (!isKnown) throw corrupt("no TIFF's first bytes");
    const layout =
      version === BIG
        ? { littleEndian, count: 8, field: 20, offset: 8 }
        : { littleEndian, count: 2, field: 12, offset: 4 };
    const at = version === BIG ? 8 : 4;
    this.#next = numberAt(await this.#read(at, layout.offset), 0, layout.offset, layout);
    if (this.#next === 0) throw corrupt("no directory");
    this.#layout = layout;
    return layout;
  }

  async #value(view: DataView, fields: number, tag: number, layout: Layout): Promise<number | undefined> {
    for (let field = 0; field < fields; field++) {
      const at = field * layout.field;
      if (view.getUint16(at, layout.littleEndian) !== tag) continue;
      const bytes = WHOLE_NUMBERS.get(view.getUint16(at + 2, layout.littleEndian));
      const count = numberAt(view, at + 4, layout.offset, layout);
      if (bytes === undefined || count === 0) return undefined;
      // What does not fit into the field lies where it says.
      const inside = at + layout.field - layout.offset;
      if (count * bytes <= layout.offset) return numberAt(view, inside, bytes, layout);
      const outside = numberAt(view, inside, layout.offset, layout);
      return numberAt(await this.#read(outside, bytes), 0, bytes, layout);
    }
    return undefined;
  }

  async #read(at: number, length: number): Promise<DataView> {
    const start = at - this.#windowAt;
    if (start < 0 || start + length > this.#window.byteLength) {
      const wanted = new Uint8Array(Math.max(length, WINDOW));
      if (!Number.isSafeInteger(at + wanted.length)) throw truncated(at);
      const { bytesRead } = await this.#file.read(wanted, 0, wanted.length, at);
      if (bytesRead < length) throw truncated(at);
      this.#window = new DataView(wanted.buffer, 0, bytesRead);
      this.#windowAt = at;
      return new DataView(wanted.buffer, 0, length);
    }
    return new DataView(this.#window.buffer, this.#window.byteOffset + start, length);
  }
}

function numberAt(view: DataView, at: number, bytes: number, { littleEndian }: Layout): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, littleEndian);
  if (bytes === 4) return view.getUint32(at, littleEndian);
  const value = Number(view.getBigUint64(at, littleEndian));
  if (Number.isSafeInteger(value)) return value;
  throw corrupt(`the number ${value} for an offset or a count`);
}

function corrupt(found: string): Fault {
  return fault("FRAME_CORRUPT", `found ${found}, expected a TIFF file`);
}

function truncated(at: number): Fault {
  return fault("FRAME_TRUNCATED", `the file ends before its directory or field at byte ${at}`);
}
