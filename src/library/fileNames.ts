import { type PackedNames, nameAt } from "./fileNaming.ts";

/**
 * The names of a movie's files in a form that crosses to another thread without being copied name by name:
 * a pattern as it is, a list as one run of bytes. A movie of one file that holds all its pictures has its
 * name only.
 */
export type FileNames =
  | Extract<PackedNames, { kind: "pattern" }>
  | {
      readonly kind: "bytes";
      /** UTF-8, one name after the other. */
      readonly bytes: Uint8Array;
      /** Where each name ends. */
      readonly ends: Uint32Array;
    }
  | { readonly kind: "pages"; readonly file: string };

export function packNames(names: PackedNames): FileNames {
  if (names.kind === "pattern") return names;
  const ends = new Uint32Array(names.files.length);
  let end = 0;
  for (const [index, file] of names.files.entries()) ends[index] = end += Buffer.byteLength(file);
  const bytes = Buffer.from(new Uint8Array(end).buffer);
  let start = 0;
  for (const file of names.files) start += bytes.write(file, start);
  return { kind: "bytes", bytes, ends };
}

/** The name of the file at an index, whose frame number is `number`. */
export function fileNameAt(names: FileNames, index: number, number: number): string {
  if (names.kind === "pattern") return nameAt(names, index, number);
  if (names.kind === "pages") return names.file;
  const { bytes, ends } = names;
  const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, (ends[index] ?? start) - start).toString();
}

/**
 * Whether the names follow from the numbers alone, so that they stay as they are when numbers come and go.
 */
export function followsNumbers(names: FileNames): boolean {
  return names.kind !== "bytes" && (names.kind === "pages" || names.others.size === 0);
}

/** Whether all frames that both have lie in files of the same names, as far as can be seen at a glance. */
export function isSameNaming(a: FileNames, b: FileNames): boolean {
  if (a.kind === "pages" || b.kind === "pages")
    return a.kind === "pages" && b.kind === "pages" && a.file === b.file;
  if (!followsNumbers(a) || !followsNumbers(b) || a.kind !== "pattern" || b.kind !== "pattern") return false;
  return a.before === b.before && a.after === b.after && a.width === b.width;
}

/** The memory that can be handed to another thread with the names. */
export function memoryOf(names: FileNames): ArrayBufferLike[] {
  return names.kind === "bytes" ? [names.bytes.buffer, names.ends.buffer] : [];
}
