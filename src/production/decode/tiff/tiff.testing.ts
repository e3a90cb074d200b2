/** A tag with its values, which must fit its type. */
export type Tag = readonly [tag: number, type: number, values: readonly number[]];

/** One page: how its samples are said to be, and the samples as they lie in the file. */
export type Page = {
  readonly width: number;
  readonly height: number;
  /** In pixel order; with several strips, one piece each. */
  readonly pieces: readonly Uint8Array[];
  readonly bits?: number;
  readonly format?: number;
  readonly photometric?: number;
  readonly samples?: number;
  readonly isPlanar?: boolean;
  readonly rowsPerStrip?: number;
  /** Instead of the ones above, or more. */
  readonly tags?: readonly Tag[];
};

export type FileKind = { readonly isBig?: boolean; readonly isBigEndian?: boolean };

const SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 16: 8 };

/**
 * Writes a TIFF by the standard, page after page: samples, values, directory. It shares no line with the
 * reader, and lays out what programs would not: pieces in any number, and tags that say anything.
 */
export function writeTiff(
  pages: readonly Page[],
  { isBig = false, isBigEndian = false }: FileKind = {},
): Buffer {
  const writer = new Writer(isBig, !isBigEndian);
  let link = writer.begin();
  for (const page of pages) link = writer.page(page, link);
  return writer.bytes();
}

class Writer {
  #bytes = Buffer.alloc(1 << 16);
  #length = 0;
  readonly #isBig: boolean;
  readonly #isLittle: boolean;

  constructor(isBig: boolean, isLittle: boolean) {
    this.#isBig = isBig;
    this.#isLittle = isLittle;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Gives the place that links to the first directory. */
  begin(): number {
    this.append(Buffer.from(this.#isLittle ? "II" : "MM"));
    this.append(this.number(this.#isBig ? 43 : 42, 2), 1);
    if (this.#isBig) this.append(Buffer.concat([this.number(8, 2), this.number(0, 2)]), 1);
    return this.append(this.number(0, this.#offsetSize), 1);
  }

  /** Gives the place that links to the next directory. */
  page(page: Page, link: number): number {
    const offsets = page.pieces.map((piece) => this.append(piece));
    const tags = this.#tagsOf(page, offsets);
    const values = tags.map(([, type, numbers]) =>
      Buffer.concat(numbers.map((value) => this.number(value, SIZES[type] ?? 1))),
    );
    const places = values.map((value) => (value.length > this.#offsetSize ? this.append(value) : undefined));
    const directory = this.append(this.number(tags.length, this.#isBig ? 8 : 2));
    for (const [index, [tag, type, numbers]] of tags.entries()) {
      const place = places[index];
      const value = Buffer.alloc(this.#offsetSize);
      if (place === undefined) values[index]?.copy(value);
      else this.number(place, this.#offsetSize).copy(value);
      const head = [this.number(tag, 2), this.number(type, 2), this.number(numbers.length, this.#offsetSize)];
      this.append(Buffer.concat([...head, value]), 1);
    }
    this.number(directory, this.#offsetSize).copy(this.#bytes, link);
    return this.append(this.number(0, this.#offsetSize), 1);
  }

  get #offsetSize(): number {
    return this.#isBig ? 8 : 4;
  }

  #tagsOf(page: Page, offsets: readonly number[]): Tag[] {
    const samples = page.samples ?? 1;
    const each = (value: number): number[] => Array.from({ length: samples }, () => value);
    const long = this.#isBig ? 16 : 4;
    const tags: Tag[] = [
      [256, 4, [page.width]],
      [257, 4, [page.height]],
      [258, 3, each(page.bits ?? 8)],
      [259, 3, [1]],
      [262, 3, [page.photometric ?? (samples >= 3 ? 2 : 1)]],
      [273, long, offsets],
      [277, 3, [samples]],
      [278, 4, [page.rowsPerStrip ?? page.height]],
      [279, long, page.pieces.map((piece) => piece.length)],
      [284, 3, [page.isPlanar ? 2 : 1]],
      [339, 3, each(page.format ?? 1)],
    ];
    const replaced = new Set(page.tags?.map(([tag]) => tag));
    const all = [...tags.filter(([tag]) => !replaced.has(tag)), ...(page.tags ?? [])];
    return all.filter(([, , values]) => values.length > 0).toSorted(([one], [other]) => one - other);
  }

  number(value: number, size: number): Buffer {
    const bytes = Buffer.alloc(size);
    if (size === 8) {
      if (this.#isLittle) bytes.writeBigUInt64LE(BigInt(value));
      else bytes.writeBigUInt64BE(BigInt(value));
    } else if (this.#isLittle) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  }

  /** Gives the place at which the bytes now lie. */
  append(bytes: Uint8Array, alignment = 8): number {
    const place = Math.ceil(this.#length / alignment) * alignment;
    while (place + bytes.length > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, this.#bytes]);
    this.#bytes.set(bytes, place);
    this.#length = place + bytes.length;
    return place;
  }
}
