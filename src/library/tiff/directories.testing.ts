/** A field of one value: LONG, in BigTIFF LONG8. */
export type Field = readonly [tag: number, value: number];

export type Kind = { readonly isBig: boolean; readonly littleEndian: boolean };

export const KINDS: readonly Kind[] = [true, false].flatMap((isBig) =>
  [true, false].map((littleEndian) => ({ isBig, littleEndian })),
);

/** Whole numbers of some sizes, one after the other. */
export type Numbers = readonly (readonly [value: number, bytes: 1 | 2 | 4 | 8])[];

export function bytesOf(numbers: Numbers, littleEndian: boolean): Buffer {
  return Buffer.concat(
    numbers.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      const view = new DataView(buffer.buffer, buffer.byteOffset, bytes);
      if (bytes === 1) view.setUint8(0, value);
      else if (bytes === 2) view.setUint16(0, value, littleEndian);
      else if (bytes === 4) view.setUint32(0, value, littleEndian);
      else view.setBigUint64(0, BigInt(value), littleEndian);
      return buffer;
    }),
  );
}

/**
 * A TIFF file of directories without pictures, each of which leads to the next one, and the last to that of
 * the index `back`, if one is given.
 */
export function tiffOf(
  pages: readonly (readonly Field[])[],
  { isBig, littleEndian }: Kind,
  back?: number,
): Buffer {
  const [count, field, offset] = isBig ? ([8, 20, 8] as const) : ([2, 12, 4] as const);
  const starts: number[] = [];
  let at = isBig ? 16 : 8;
  for (const fields of pages) {
    starts.push(at);
    at += count + fields.length * field + offset;
  }
  const order = Buffer.from(littleEndian ? "II" : "MM");
  const header: Numbers = isBig
    ? [
        [43, 2],
        [8, 2],
        [0, 2],
      ]
    : [[42, 2]];
  const directories = pages.map((fields, index): Numbers => [
    [fields.length, count],
    ...fields.flatMap(([tag, value]): Numbers => [
      [tag, 2],
      [isBig ? 16 : 4, 2],
      [1, offset],
      [value, offset],
    ]),
    [starts[index + 1] ?? starts[back ?? -1] ?? 0, offset],
  ]);
  const all: Numbers = [...header, [starts[0] ?? 0, offset], ...directories.flat()];
  return Buffer.concat([order, bytesOf(all, littleEndian)]);
}
