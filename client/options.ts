import type { Contract, MissingPolicy } from "../src/base/contract.ts";
import { fault } from "../src/base/errors.ts";
import { Fields } from "../src/wire/websocket/fields.ts";
import type { FrameFormat } from "../src/wire/websocket/frameHeader.ts";
import { MOST_CREDIT } from "../src/wire/websocket/protocol.ts";
import {
  type Changes,
  type FramePlace,
  readBeginning,
  readChanges,
  readPlace,
  readWish,
} from "../src/wire/websocket/wish.ts";
import { asError } from "./error.ts";
import type { Script } from "./script.ts";

/** One encoding of a movie at one size and quality. */
export type RenditionOption =
  | "original"
  | FrameFormat
  | {
      readonly format: FrameFormat;
      /** In pixels; narrower pictures keep theirs. */
      readonly width?: number;
      /** 1 to 100, for formats that lose something. Default: 80. */
      readonly quality?: number;
      /**
       * Which of the file's values become black and white. Default: measured once per movie, for deep
       * pictures.
       */
      readonly levels?: "auto" | { readonly low: number; readonly high: number };
      /** In stops, −20 to 20. Default: 0. */
      readonly exposure?: number;
    };

/** What can be changed while it plays. */
export type WishOptions = {
  /** Frame numbers, both included. Default: the movie's first and last. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Begin again behind the last. Default: false. */
  readonly loop?: boolean | undefined;
  /**
   * Frames per second, as 24 or "24000/1001". Default: as fast as the program takes them under `all`,
   * else the movie's.
   */
  readonly fps?: number | string | undefined;
  /**
   * What happens when the program is slow: nothing is skipped, late frames, or all but the newest.
   * Default: `all`.
   */
  readonly contract?: Contract | undefined;
  /** What comes for a frame that is missing. Default: the movie's policy, or `error`. */
  readonly missing?: MissingPolicy | undefined;
  /** Default: `original`, the frames as they are. */
  readonly rendition?: RenditionOption | undefined;
  /** −1 plays backwards. Default: 1. */
  readonly direction?: 1 | -1 | undefined;
  /** 0 to 255, smaller first. Default: that of the client. */
  readonly priority?: number | undefined;
};

/** As `WishOptions`; `null` leaves to the movie again what had been said. */
export type ChangeOptions = { readonly [Name in keyof WishOptions]?: WishOptions[Name] | null };

export type PlayOptions = WishOptions & {
  /** Where to begin: a frame, or the newest there is. Default: the range's first, or its last backwards. */
  readonly start?: number | "last" | undefined;
  /** Begin behind this frame; not together with `start`. */
  readonly after?: number | undefined;
  /** How many frames may be on their way or wait for the program, 1 to 1048576. Default: 4. */
  readonly ahead?: number | undefined;
};

export type FrameOptions = Pick<WishOptions, "missing" | "rendition" | "priority">;

/** What lies between server and program hides one turn of the network at 24 fps and 160 ms. */
const DEFAULT_AHEAD = 4;

export function playScript(movie: string, options: PlayOptions, priority: number): Script {
  return checked(() => {
    const fields = fieldsOf({ ...options, priority: options.priority ?? priority });
    return { kind: "play", movie: named(movie), wish: readWish(fields), beginning: readBeginning(fields) };
  });
}

export function frameScript(
  movie: string,
  frame: number | "last",
  options: FrameOptions,
  priority: number,
): Script {
  return checked(() => {
    const fields = fieldsOf({ ...options, frame, priority: options.priority ?? priority });
    return { kind: "frame", movie: named(movie), wish: readWish(fields), frame: readPlace(fields, "frame") };
  });
}

export function readAhead({ ahead }: PlayOptions): number {
  return checked(() =>
    ahead === undefined ? DEFAULT_AHEAD : fieldsOf({ ahead }).whole("ahead", 1, MOST_CREDIT),
  );
}

export function readSeek(frame: number | "last"): FramePlace {
  return checked(() => readPlace(fieldsOf({ frame }), "frame"));
}

export function readChange(options: ChangeOptions): Changes {
  // What is undefined is not said, as everywhere else in a program.
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return checked(() => readChanges(fieldsOf(Object.fromEntries(said))));
}

function fieldsOf(options: { readonly [name: string]: unknown }): Fields {
  const { rendition } = options;
  const isFormat = typeof rendition === "string" && rendition !== "original";
  return new Fields(
    isFormat ? { ...options, rendition: { format: rendition } } : options,
    "OPTION_INVALID",
    "options",
  );
}

function named(movie: string): string {
  if (typeof movie === "string" && movie !== "") return movie;
  throw fault("MOVIE_NAME_INVALID", "found no movie's name, expected one");
}

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw asError(thrown);
  }
}
