import { MiB } from "../../src/base/units.ts";
import type { ClassicItem } from "../../src/wire/classicReader.ts";
import type { Tag } from "../../src/wire/tag.ts";
import { type LearnedMovie, nameFrame } from "./learn.ts";
import type { Session } from "./session.ts";

/** The next frame, which must be the one at `index` of the movie. */
export async function expectFrame(
  session: Session,
  movie: LearnedMovie,
  index: number,
): Promise<Tag | undefined> {
  const expected = `frame ${movie.numbers[index]}`;
  const item = await session.next();
  if (item?.kind !== "frame") throw session.broken(expected, session.came(item));
  const frame = movie.frames[index];
  if (frame === undefined || !same(frame, item.bytes)) {
    throw session.broken(expected, `${nameFrame(movie, item.bytes)} (${session.came(item)})`);
  }
  return item.tag;
}

/** The movie's frames from one index up to another, which is not included. */
export async function expectFrames(
  session: Session,
  movie: LearnedMovie,
  from = 0,
  to = movie.frames.length,
): Promise<void> {
  for (let index = from; index < to; index++) await expectFrame(session, movie, index);
}

/** The next item, which must be an ERR line with one of the codes. */
export async function expectError(session: Session, codes: readonly string[]): Promise<void> {
  const item = await session.next();
  if (item?.kind === "error" && codes.includes(item.code)) return;
  throw session.broken(`one line ERR ${codes.join(" or ")}`, session.came(item));
}

/** Nothing may come for a moment; whether the connection stays open is for another rule. */
export async function expectNothingMore(session: Session, after: string): Promise<void> {
  const item = await session.next(session.quiet);
  if (item !== undefined) throw session.broken(`nothing after ${after}`, session.came(item));
}

/** Nothing may come for a moment, and the connection stays open. */
export async function expectQuiet(session: Session, after: string): Promise<void> {
  await expectNothingMore(session, after);
  if (!session.isOpen) throw session.broken(`an open connection after ${after}`, session.came());
}

/** The server closes, and sends nothing before that. */
export async function expectClosed(session: Session): Promise<void> {
  const item = await session.next();
  if (item !== undefined || session.isOpen)
    throw session.broken("the end of the connection", session.came(item));
}

/** The connection is as good as new: the movie's first frames come, and nothing before them. */
export async function expectUsable(session: Session, movie: LearnedMovie): Promise<void> {
  session.send(`a:1:start_movie:${movie.name}\n`);
  await expectFrames(session, movie, 0, Math.min(movie.frames.length, 3));
}

/** Takes all that comes until nothing comes for a moment. */
export async function drain(session: Session, take: (item: ClassicItem) => void): Promise<void> {
  let bytes = 0;
  for (
    let item = await session.next(session.quiet);
    item !== undefined;
    item = await session.next(session.quiet)
  ) {
    take(item);
    bytes += item.kind === "frame" ? item.bytes.length : 0;
    if (bytes > MOST_DRAINED) throw session.broken("that the frames cease", "more and more of them");
  }
}

/** More than kernels hold of what a server has handed over. */
const MOST_DRAINED = 256 * MiB;

/**
 * Follows a playback that repeats: gives a check that each next frame is the movie's next one. It gives the
 * index of the one that will be next.
 */
export function follow(
  session: Session,
  movie: LearnedMovie,
  start: number,
): (item: ClassicItem | undefined) => number {
  let index = start;
  return (item) => {
    const expected = `frame ${movie.numbers[index]} after ${index - start} others`;
    if (item?.kind !== "frame") throw session.broken(expected, session.came(item));
    if (!same(item.bytes, movie.frames[index] ?? item.bytes.subarray(1))) {
      throw session.broken(expected, nameFrame(movie, item.bytes));
    }
    index = (index + 1) % movie.frames.length;
    return index;
  };
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
