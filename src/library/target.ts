import type { FrameRange } from "./frameRange.ts";

/** What `serve` is pointed at. Paths are as given, absolute or not. */
export type LibraryTarget =
  /** Every sequence in a folder and below it. */
  | { readonly kind: "folder"; readonly path: string }
  /** One sequence, by a pattern: `beauty.####.exr`. */
  | {
      readonly kind: "pattern";
      /** As it was written, for messages. */
      readonly text: string;
      readonly folder: string;
      /** What stands before and after the digits in the files' names; `after` with its extension. */
      readonly before: string;
      readonly after: string;
      /** The least number of digits (`%04d`, `@@@@`); any, when undefined (`#`). */
      readonly width: number | undefined;
      /** The numbers that are declared, before their files exist. */
      readonly range: FrameRange | undefined;
    };
