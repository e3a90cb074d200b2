import type { Fields } from "./fields.ts";

/** What is told of a movie, as on every surface: the words are those of `mutoscope ls --json`. */
export type ListedMovie = {
  readonly name: string;
  readonly title: string | null;
  /** A live one waits for frames that are still to come. */
  readonly live: boolean;
  /** Frames that there are, and holes between the first and the last of them. */
  readonly frames: number;
  readonly missing: number;
  /** The holes as `1-3,7`, and whether there are more than are named. */
  readonly holes: string;
  readonly holesArePartial: boolean;
  /** What there is, or what is declared; every how many numbers; then the highest there is. */
  readonly first: number | null;
  readonly last: number | null;
  readonly step: number;
  readonly newest: number | null;
  /** Of a live one: how many frames there will be. */
  readonly expected: number | null;
  readonly missingPolicy: string | null;
  /** Frames per second: exact, and as a number. */
  readonly fps: string;
  readonly rate: number;
  /** Of the first frame's file; null while nobody has looked at it. */
  readonly format: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly bits: number | null;
  readonly float: boolean | null;
  readonly channels: number | null;
  /** Why the first frame's file does not say what it looks like. */
  readonly fault: string | null;
  /** A frame from the middle, to show it by. */
  readonly poster: number | null;
  /** When it last changed, as RFC 3339 writes it; as it was found, as far as its folder tells. */
  readonly changed: string | null;
  /** Another text after each change. */
  readonly revision: string;
};

type Reader<T> = (fields: Fields, name: string) => T;

const text: Reader<string> = (fields, name) => fields.text(name);
const flag: Reader<boolean> = (fields, name) => fields.flag(name);
const number: Reader<number> = (fields, name) => fields.number(name);

function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (fields, name) => fields.optional(name, read) ?? null;
}

const READERS: { readonly [Name in keyof ListedMovie]: Reader<ListedMovie[Name]> } = {
  name: text,
  title: orNull(text),
  live: flag,
  frames: number,
  missing: number,
  holes: text,
  holesArePartial: flag,
  first: orNull(number),
  last: orNull(number),
  step: number,
  newest: orNull(number),
  expected: orNull(number),
  missingPolicy: orNull(text),
  fps: text,
  rate: number,
  format: orNull(text),
  width: orNull(number),
  height: orNull(number),
  bits: orNull(number),
  float: orNull(flag),
  channels: orNull(number),
  fault: orNull(text),
  poster: orNull(number),
  changed: orNull(text),
  revision: text,
};

export function readListedMovie(fields: Fields): ListedMovie {
  const entries = Object.entries(READERS).map(([name, read]) => [name, read(fields, name)] as const);
  return Object.fromEntries(entries) as ListedMovie;
}
