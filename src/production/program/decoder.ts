import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { fault } from "../../base/errors.ts";
import { Bytes } from "../../base/units.ts";
import type { Ms } from "../../base/units.ts";
import { programEnvironment } from "../../library/import/programs.ts";
import type { Raster } from "../raster/raster.ts";
import { ivfHeader, ivfPictureHeader } from "./ivf.ts";
import { givenBytes, isRaster, layoutOf, toRaster } from "./layout.ts";
import type { Picture } from "./layout.ts";
import { Lines } from "./lines.ts";
import { readReport } from "./reports.ts";
import type { Report } from "./reports.ts";

/** What became of a picture's bytes. */
export type Outcome =
  | { readonly kind: "raster"; readonly raster: Raster }
  /** The program found damage, or what it cannot read, in its own words. */
  | { readonly kind: "refused"; readonly complaint: string }
  | { readonly kind: "tooLarge"; readonly picture: Picture }
  /** No picture came in time. */
  | { readonly kind: "late" }
  /** The program has ended. If it had decoded pictures before, a new one may do better. */
  | { readonly kind: "ended"; readonly why: string };

/** A program, how it is told to decode, and which pictures may be decoded. */
export type Instructions = {
  readonly program: string;
  readonly options: readonly string[];
  readonly allows: (picture: Picture) => boolean;
  /** How long one picture may take before the program is ended. */
  readonly pictureTime: Ms;
};

/** Pictures after which a program is replaced, so that nothing in it grows for ever. */
const PICTURES = 256;

/** Variables that would make the program write files, or colours between its words, are not handed on. */
const SILENCED = { FFREPORT: undefined, AV_LOG_FORCE_COLOR: undefined, AV_LOG_FORCE_NOCOLOR: "1" };

type Pending = {
  readonly time: number;
  readonly settle: (outcome: Outcome) => void;
  complaint: string | undefined;
  picture: Picture | undefined;
  given: Uint8Array<ArrayBuffer>;
  filled: number;
};

const NOTHING = new Uint8Array(0);

/** What is known of a picture before the program has said anything. */
const UNTOLD = { complaint: undefined, picture: undefined, given: NOTHING, filled: 0 };

/**
 * A running program that decodes pictures, one at a time. Pictures go to its standard input and samples come
 * from its output: it is given no name of a file and no descriptor of one. When this thread or process ends
 * its input does, and so does the program.
 */
export class Decoder {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #allows: Instructions["allows"];
  readonly #pictureTime: Ms;
  #shape: string | undefined;
  /** Where planes are gathered: pictures of one program have one shape. */
  #scratch: Uint8Array<ArrayBuffer> = NOTHING;
  #pending: Pending | undefined;
  #asked = 0;
  #lastComplaint: string | undefined;
  #hasEnded = false;

  /** @throws FRAME_UNREADABLE when the system has no room for another program */
  constructor({ program, options, allows, pictureTime }: Instructions) {
    this.#allows = allows;
    this.#pictureTime = pictureTime;
    this.#child = start(program, options);
    const lines = new Lines((line) => this.#hear(readReport(line)));
    this.#child.stderr.on("data", (chunk: Uint8Array) => lines.push(chunk));
    this.#child.stdout.on("data", (chunk: Uint8Array) => this.#fill(chunk));
    this.#child.stdout.pause();
    // That a pipe is broken is told by the end of the program, with what it has to say.
    for (const pipe of this.#child.stdio) pipe?.on("error", () => undefined);
    this.#child.on("error", (error) => this.#settleAndEnd({ kind: "ended", why: codeOf(error) }));
    this.#child.on("close", (status, signal) => this.#closed(signal ?? `status ${status}`));
    this.#child.stdin.write(ivfHeader());
  }

  /** Whether it may be given another picture. */
  get isUsable(): boolean {
    return !this.#hasEnded && this.#asked < PICTURES;
  }

  /** Whether it has not been asked for anything yet. */
  get isFresh(): boolean {
    return this.#asked === 0;
  }

  /** Decodes the bytes of one file, which must not change meanwhile. Never two at once. */
  async decode(bytes: Uint8Array): Promise<Outcome> {
    if (this.#hasEnded) return { kind: "ended", why: "it has ended" };
    const timer = setTimeout(() => this.#settleAndEnd({ kind: "late" }), this.#pictureTime);
    try {
      return await new Promise((settle) => {
        this.#pending = { ...UNTOLD, time: this.#asked, settle };
        this.#asked += 1;
        this.#lastComplaint = undefined;
        this.#child.stdin.write(ivfPictureHeader(Bytes(bytes.byteLength), this.#asked - 1));
        this.#child.stdin.write(bytes);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets the thread end although the program runs; until `wake`. */
  rest(): void {
    this.#child.unref();
    for (const pipe of this.#child.stdio) if (pipe instanceof Socket) pipe.unref();
  }

  wake(): void {
    this.#child.ref();
    for (const pipe of this.#child.stdio) if (pipe instanceof Socket) pipe.ref();
  }

  /** Ends the program at once, and with it what is being decoded. May be called twice. */
  end(): void {
    this.#settleAndEnd({ kind: "ended", why: "it was ended" });
  }

  #hear(report: Report): void {
    if (report.kind === "picture") this.#announce(report);
    if (report.kind !== "complaint") return;
    this.#lastComplaint = report.text;
    const pending = this.#pending;
    if (pending === undefined) return;
    pending.complaint ??= report.text;
    if (report.isGivenUp) this.#settle({ kind: "refused", complaint: pending.complaint });
  }

  /** The samples of a picture are to come. */
  #announce({ time, layout: name, width, height }: Extract<Report, { kind: "picture" }>): void {
    const pending = this.#pending;
    const layout = layoutOf(name);
    if (pending === undefined || pending.time !== time || layout === undefined) {
      this.#settleAndEnd({ kind: "ended", why: `it announced a picture that was not expected (${name})` });
      return;
    }
    const picture = { width, height, layout };
    if (!this.#allows(picture)) {
      this.#settleAndEnd({ kind: "tooLarge", picture });
      return;
    }
    const shape = `${name} ${width} ${height}`;
    this.#shape ??= shape;
    // The program would scale it to the shape that it has begun with.
    if (this.#shape !== shape) {
      this.#settleAndEnd({ kind: "ended", why: "it decodes pictures of another shape" });
      return;
    }
    pending.picture = picture;
    pending.given = this.#room(picture);
    this.#child.stdout.resume();
  }

  /** What is rearranged is copied, and the room for it used again; else the samples stay where they come. */
  #room(picture: Picture): Uint8Array<ArrayBuffer> {
    const bytes = givenBytes(picture);
    if (isRaster(picture.layout)) return new Uint8Array(bytes);
    if (this.#scratch.byteLength !== bytes) this.#scratch = new Uint8Array(bytes);
    return this.#scratch;
  }

  #fill(chunk: Uint8Array): void {
    const pending = this.#pending;
    const room = pending === undefined ? 0 : pending.given.byteLength - pending.filled;
    if (pending?.picture === undefined || chunk.byteLength > room) {
      this.#settleAndEnd({ kind: "ended", why: "it gave more samples than a picture has" });
      return;
    }
    pending.given.set(chunk, pending.filled);
    pending.filled += chunk.byteLength;
    if (pending.filled < pending.given.byteLength) return;
    this.#child.stdout.pause();
    if (pending.complaint === undefined)
      this.#settle({ kind: "raster", raster: toRaster(pending.picture, pending.given) });
    else this.#settle({ kind: "refused", complaint: pending.complaint });
  }

  #closed(how: string): void {
    this.#hasEnded = true;
    this.#settle({ kind: "ended", why: this.#lastComplaint ?? `it ended with ${how}` });
  }

  #settle(outcome: Outcome): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.settle(outcome);
  }

  #settleAndEnd(outcome: Outcome): void {
    this.#hasEnded = true;
    this.#child.kill("SIGKILL");
    for (const pipe of this.#child.stdio) pipe?.destroy();
    this.#settle(outcome);
  }
}

function start(
  program: string,
  options: readonly string[],
): ChildProcessByStdio<Writable, Readable, Readable> {
  const child = spawn(program, options, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...programEnvironment(process.env), ...SILENCED },
    // In a group of its own: an interrupt from the keyboard is for the server, which finishes its frames.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  // Without a descriptor left there are no pipes, whatever the types say, and the reason comes as an event.
  if ((child.stdin as Writable | undefined) !== undefined) return child;
  child.once("error", () => child.kill());
  throw fault("FRAME_UNREADABLE", "ffmpeg could not be started: the server has no file descriptor left");
}

/** The system's own message holds the program's path, which is nobody's business: its code is enough. */
function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.name;
}
