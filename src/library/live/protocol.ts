import type { FrameRange } from "../frameRange.ts";
import type { MovieDescription } from "../movieDescription.ts";
import type { PatternTarget } from "../pattern.ts";
import type { FileNames } from "../fileNames.ts";
import type { FrameChanges } from "../frameTable.ts";
import type { FolderPlace, LeftOut } from "./listing.ts";

/** A movie of the tree, however it is called: no two of a library have the same. */
export type MovieId = number;

/** A folder that one thread looks through: a target of the library, or a network mount below one. */
export type Branch = {
  /** Which of the library's targets it belongs to, from 0. */
  readonly target: number;
  readonly place: FolderPlace;
  /** Only this sequence of the folder, and nothing below it. */
  readonly pattern?: PatternTarget | undefined;
  /** What frames that lie directly in it are called when their names are digits only. */
  readonly ownName: string;
  /** Why it is polled, whatever the setting; undefined where the system can tell of changes. */
  readonly polled?: string | undefined;
};

/** A movie as it was found. */
export type FoundMovie = {
  readonly kind: "found";
  readonly id: MovieId;
  readonly target: number;
  readonly root: string;
  readonly folder: string;
  /** The folder's name inside the library; orders movies that would share a name. */
  readonly inside: string;
  /** With its folder's name; not yet told apart from others of the same name. */
  readonly name: string;
  readonly extension: string;
  readonly numbers: Float64Array;
  readonly names: FileNames;
  readonly stamped: boolean;
  readonly description: MovieDescription;
  /** When its folder had last changed, in ms since 1970 by the disk's clock; undefined: nobody looked. */
  readonly changed?: number | undefined;
  /** What a pattern's range declares. */
  readonly declared: FrameRange | undefined;
};

/** What became of a movie. */
export type MovieNews =
  | FoundMovie
  | {
      readonly kind: "changed";
      readonly id: MovieId;
      readonly changes: FrameChanges;
      /** Where the names no longer follow from those before. */
      readonly names?: FileNames | undefined;
    }
  | { readonly kind: "described"; readonly id: MovieId; readonly description: MovieDescription }
  | { readonly kind: "gone"; readonly id: MovieId };

/** How much of its part of the tree a thread has seen. */
export type PartProgress = {
  /** How many it was given. */
  readonly branches: number;
  readonly folders: number;
  readonly movies: number;
  readonly frames: number;
};

/** What a thread tells. Each is answered by `taken`; a few may be under way. */
export type Report = {
  readonly news: readonly MovieNews[];
  readonly leftOut: readonly LeftOut[];
  /** Network mounts below: another thread has to look through them. */
  readonly branches: readonly Branch[];
  /** Paths of branches that are no longer there. */
  readonly pruned: readonly string[];
  /** Why changes of a folder are not told by the system, once. */
  readonly unwatched: readonly LeftOut[];
  readonly progress: PartProgress;
  /** Everything has been looked at once. */
  readonly isScanned: boolean;
};

/** What a thread is told. */
export type Instruction =
  | { readonly kind: "taken" }
  | { readonly kind: "branch"; readonly branch: Branch }
  | { readonly kind: "prune"; readonly path: string };

/**
 * How changes are seen: as the setting `watch` says; `once` is `off` for a listing, in which movies that were
 * declared to reach further stay live.
 */
export type Watching = "auto" | "poll" | "off" | "once";

/** What a thread is started with. */
export type ThreadStart = {
  /** Tells the movies of several threads apart. */
  readonly firstId: MovieId;
  readonly watching: Watching;
  /** In milliseconds. */
  readonly pollInterval: number;
};
