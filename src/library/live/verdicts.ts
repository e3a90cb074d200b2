import { existsSync } from "node:fs";
import { join } from "node:path";
import { type FolderState, type FramePlace, type TrackedMovie, frameOf } from "./folderState.ts";
import { identityOf } from "./looks.ts";
import type { Look, Verdicts } from "./looks.ts";
import { mayBeStack } from "./pageWalk.ts";
import { patchMovies } from "./patch.ts";
import type { MovieNews } from "./protocol.ts";

const NONE = new Float64Array(0);

/**
 * Draws the consequences of looks at files: frames that were written anew are told at once; files that are
 * new are kept for the folder's next reading.
 * @returns whether the folder must be read
 */
export function applyVerdicts(
  state: FolderState,
  { settled, gone, emptied }: Verdicts,
  publish: (news: MovieNews) => void,
): boolean {
  const rewritten = new Map<TrackedMovie, number[]>();
  let mayMove = false;
  for (const [file, look] of settled) {
    state.empty.delete(file);
    const frame = frameOf(state, file);
    if (frame === undefined) state.arrived.set(file, look);
    else {
      noteRewritten(frame, look, rewritten);
      mayMove ||= isOtherThen(state, frame, file, look);
    }
  }
  for (const [{ id, table }, ranks] of rewritten) {
    const revised = Float64Array.from(
      ranks.toSorted((a, b) => a - b),
      (rank) => table.at(rank) ?? 0,
    );
    const changes = { landed: NONE.slice(), revised, removed: NONE.slice() };
    publish({ kind: "changed", id, changes });
  }
  for (const file of emptied) state.empty.add(file);
  for (const file of gone) state.empty.delete(file);
  for (const file of [...gone, ...emptied]) state.arrived.delete(file);
  if (mayMove) return true;
  const removed = [...gone, ...emptied].filter((file) => frameOf(state, file) !== undefined);
  if (state.arrived.size > 0 || removed.length > 0) return !patchMovies(state, removed, publish);
  // What is there and no file has a frame's name all the same: a folder perhaps.
  return gone.some((file) => existsSync(join(state.place.path, file)));
}

function noteRewritten(
  { movie, rank }: FramePlace,
  look: Look,
  rewritten: Map<TrackedMovie, number[]>,
): void {
  if (movie.identities !== undefined) movie.identities[rank] = identityOf(look);
  const ranks = rewritten.get(movie);
  // Of a file that holds all frames, all are written anew.
  if (movie.names.kind === "pages") rewritten.set(movie, [...movie.table.numbers.keys()]);
  else if (ranks === undefined) rewritten.set(movie, [rank]);
  else ranks.push(rank);
}

/** Whether a file that was written anew may belong to another movie now: its pages decide on that. */
function isOtherThen(
  { branch, pages }: FolderState,
  { movie }: FramePlace,
  file: string,
  { size }: Look,
): boolean {
  return branch.pattern === undefined && mayBeStack(pages, movie.walk, file, size);
}
