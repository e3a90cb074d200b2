import type { Client, Frame, MissingPolicy, RenditionOption } from "../../client/index.ts";
import { UndecodableError, decode } from "./decode.ts";
import type { Picture } from "./picture.ts";

/** What every request for frames of one player says. */
export type Asking = {
  readonly client: Client;
  readonly movie: string;
  readonly rendition: RenditionOption;
  /** The same text for the same rendition. */
  readonly key: string;
  readonly missing: MissingPolicy;
  readonly priority: number;
};

/** One frame as it came: a picture, or why there is none to be shown. Whoever gets it has to release it. */
export type Entry = {
  readonly number: number;
  readonly revision: number;
  readonly isSubstitute: boolean;
  /** Of what came over the network. */
  readonly bytes: number;
  readonly picture: Picture | undefined;
};

/** Pictures that are at hand already. */
export type Kept = (number: number, key: string) => Picture | undefined;

/** Decodes a frame, unless the same picture is at hand. */
export async function entryOf(frame: Frame, key: string, kept: Kept): Promise<Entry> {
  const { number, revision, substitute: isSubstitute } = frame;
  const facts = { number, revision, isSubstitute, bytes: frame.bytes.byteLength };
  const known = kept(number, key);
  // Which picture stands in for a missing frame no number tells: it may be another than before.
  if (known?.facts.revision === revision && !isSubstitute && !known.facts.isSubstitute)
    return { ...facts, picture: known.hold() };
  try {
    return { ...facts, picture: await decode(frame, key) };
  } catch (error) {
    if (!(error instanceof UndecodableError)) throw error;
    return { ...facts, picture: undefined };
  }
}
