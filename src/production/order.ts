import type { MessagePort } from "node:worker_threads";
import type { ErrorCode } from "../base/errors.ts";
import type { Levels } from "../base/rendition.ts";
import type { Bytes } from "../base/units.ts";
import type { SampleShape } from "../library/inspection.ts";
import type { FrameFormat } from "../library/log.ts";
import type { Again } from "./file/again.ts";
import type { SeenSource } from "./file/read.ts";
import type { Making } from "./making.ts";
import type { Image } from "./render/image.ts";
import type { MeasuredLevels } from "./render/measure.ts";

export type { Image } from "./render/image.ts";

/** What a worker is told to make. Crosses to its thread as a copy, so it is data and small. */
export type Order = {
  readonly source: SeenSource;
  readonly format: FrameFormat;
  readonly making: Making;
  /** What was measured of the movie; undefined while nobody has. */
  readonly levels: Levels | undefined;
  /** The largest image that is made, header included, and the largest file that is decoded. */
  readonly limit: Bytes;
  /** Where converted frames are kept; undefined where none are. */
  readonly disk: DiskUse | undefined;
};

/** The folder of converted frames, and what may be added to it. */
export type DiskUse = {
  readonly folder: string;
  /** The largest cost of a file that may be stored; with 0 nothing is. */
  readonly room: Bytes;
  /** What a file costs at least. */
  readonly leastCost: Bytes;
};

/** Several frames, made one after the other; each is answered when it is made. */
export type RunOrder = {
  readonly orders: readonly Order[];
  /** Takes a `RunAnswer` for each order and gives a `RunWord` for each answer. */
  readonly port: MessagePort;
};

/** The answer to the order at `index`. */
export type RunAnswer = { readonly index: number; readonly answer: Answer };

/** Whether the rest of the run is to be made. */
export type RunWord = "on" | "stop";

/** The folder of converted frames is to be looked through, and what was used longest ago removed. */
export type TidyOrder = {
  readonly folder: string;
  readonly leastCost: Bytes;
  /** Nothing is removed up to this sum of costs. */
  readonly bound: Bytes;
  /** What is left when something is. */
  readonly goal: Bytes;
};

/** All that a worker is told. */
export type WorkerOrder = Order | RunOrder | TidyOrder;

/** What lies in the folder now, or why it cannot be told. */
export type TidyAnswer = { readonly bytes: Bytes } | { readonly failed: string };

/** An image with what is known of it where it was made. */
export type Product = Image & {
  /** SHA-256 of the image's bytes. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** The number of the thread. */
  readonly worker: number;
};

/** What was found out about a frame for whoever inspects it, in a buffer of its own. */
export type Inspected =
  | { readonly kind: "samples"; readonly shape: SampleShape; readonly bytes: Uint8Array<ArrayBuffer> }
  /** A `FrameHistogram`, as JSON: it is kept as bytes. */
  | { readonly kind: "histogram"; readonly bytes: Uint8Array<ArrayBuffer> };

/** What became of looking for a converted frame on disk, or of keeping it there. */
export type DiskReport =
  | { readonly kind: "found" }
  | { readonly kind: "stored"; readonly bytes: Bytes }
  /** It is worth keeping, but there was no room for its bytes. */
  | { readonly kind: "refused"; readonly bytes: Bytes }
  /** With what the system said. */
  | { readonly kind: "failed"; readonly detail: string };

/** What a worker answers. A fault's detail names no path: it goes to clients. */
export type Answer = Made & {
  /** The file was taken for one picture, and has more pages than the one that is shown. */
  readonly hasUnseenPages?: boolean;
};

type Made =
  | { readonly product: Product; readonly disk?: DiskReport | undefined }
  | { readonly measured: MeasuredLevels; readonly disk?: DiskReport | undefined }
  | { readonly inspected: Inspected; readonly disk?: DiskReport | undefined }
  /** The picture is deep, and the order does not say what was measured of its movie. */
  | { readonly needs: "levels" }
  | FaultAnswer;

export type FaultAnswer = {
  readonly fault: { readonly code: ErrorCode; readonly detail: string };
  /** It may pass: a program seems to be writing the file. */
  readonly again?: Again | undefined;
};
