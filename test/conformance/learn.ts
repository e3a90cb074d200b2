import { createHash } from "node:crypto";
import { MiB } from "../../src/base/units.ts";
import { encodeMovieName } from "../../src/wire/movieName.ts";
import type { Session } from "./session.ts";
import type { Target } from "./evidence.ts";

/** The movie as the server sent it when it was asked for the first time. */
export type LearnedMovie = {
  /** Percent-encoded: as it stands in a request. */
  readonly name: string;
  /** All frames in order, as received. */
  readonly frames: readonly Uint8Array[];
  /** Their numbers, by the files or the tag lines; 1, 2, 3 … where neither are to be had. */
  readonly numbers: readonly number[];
  readonly isTagged: boolean;
};

/** A movie with more is not one to test with: all of it is kept, to be compared. */
const MOST = { bytes: 512 * MiB, frames: 100_000 };

/**
 * Plays the movie once without and once with tags.
 * @throws Broken when not a frame of it comes, or no end of them
 */
export async function learn(target: Target, open: () => Promise<Session>): Promise<LearnedMovie> {
  const name = encodeMovieName(target.movie);
  const { frames } = await play(await open(), `a:1:start_movie:${name}\n`);
  const tagged = await play(await open(), `a:1:start_movie:${name}:tagged\n`, { mayFail: true });
  const isTagged = tagged.numbers.length === frames.length;
  const files = target.files?.length === frames.length ? target.files : undefined;
  const assumed = frames.map((_, index) => index + 1);
  const numbers = files?.map(({ number }) => number) ?? (isTagged ? tagged.numbers : assumed);
  return { name, frames, numbers, isTagged };
}

async function play(session: Session, request: string, options = { mayFail: false }): Promise<Played> {
  const frames: Uint8Array[] = [];
  const numbers: number[] = [];
  let bytes = 0;
  session.send(request);
  session.closeHalf();
  let item = await session.next();
  for (; item?.kind === "frame"; item = await session.next()) {
    frames.push(item.bytes);
    bytes += item.bytes.length;
    if (item.tag !== undefined) numbers.push(item.tag.frame);
    if (bytes > MOST.bytes || frames.length > MOST.frames) {
      throw session.broken("an end of the movie", `${frames.length} frames, and more`);
    }
  }
  if (frames.length === 0 && !options.mayFail)
    throw session.broken("a frame of the movie", session.came(item));
  session.close();
  return { frames, numbers };
}

type Played = { readonly frames: readonly Uint8Array[]; readonly numbers: readonly number[] };

/** Which frame of the movie some bytes are, for people. */
export function nameFrame(movie: LearnedMovie, bytes: Uint8Array): string {
  const wanted = fingerprint(bytes);
  const index = movie.frames.findIndex(
    (frame) => frame.length === bytes.length && fingerprint(frame) === wanted,
  );
  return index < 0 ? "a picture that is no frame of the movie" : `frame ${movie.numbers[index]}`;
}

function fingerprint(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
