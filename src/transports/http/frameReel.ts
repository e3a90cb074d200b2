import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { fault } from "../../base/errors.ts";
import type { PictureFormat } from "../../base/rendition.ts";
import type { FrameNumber } from "../../base/units.ts";
import type { FrameLog } from "../../library/log.ts";
import type { MessageLabel } from "../../playback/outlet.ts";
import { makePlan, type Plan } from "../../playback/plan.ts";
import { quote } from "../../wire/quote.ts";
import { type ByteRange, rangeOf } from "./byteRange.ts";
import { entityTag, matchesTag, mayRange, namesTag } from "./entityTag.ts";
import { MEDIA_TYPES, extensionOf, renditionOf } from "./frameForm.ts";
import { FOR_EVER } from "./limits.ts";
import type { ValueOf } from "./parameters.ts";
import type { Head, Reel, Refusal } from "./showing.ts";

export type FrameWish = {
  readonly log: FrameLog;
  readonly number: FrameNumber;
  readonly format: PictureFormat;
  /** Whether the format was chosen by `Accept`. */
  readonly isNegotiated: boolean;
  readonly query: {
    readonly [Name in "width" | "quality" | "levels" | "exposure" | "missing" | "rev"]?: ValueOf<Name>;
  };
  readonly priority: Pick<Plan, "priority" | "wished">;
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** How a revision is called as long as this server runs. */
  readonly revisionText: (revision: number) => string;
};

/** One frame as a response: an untimed playback of it alone, with its validators and ranges. */
export class FrameReel implements Reel {
  readonly #wish: FrameWish;
  #label: MessageLabel | undefined;
  #missing: Plan["missing"] = "error";

  constructor(wish: FrameWish) {
    this.#wish = wish;
  }

  plan(known: () => void): Plan {
    const { log, number, format, query, priority } = this.#wish;
    this.#checkThere();
    const missing = query.missing ?? log.missing ?? "error";
    // Nothing would be no answer to the question for one frame.
    this.#missing = missing === "skip" ? "error" : missing;
    const wish = {
      start: number,
      from: number,
      to: number,
      repeat: false,
      rate: undefined,
      contract: "all",
      missing: this.#missing,
      rendition: renditionOf(format, query),
      ...priority,
    } as const;
    return makePlan(log, wish, (label) => {
      if (this.#label === undefined) known();
      this.#label = label;
      return {};
    });
  }

  bodiless(): Head | Refusal | undefined {
    const label = this.#label;
    if (label === undefined) return undefined;
    const { query, headers, method, revisionText } = this.#wish;
    const isStale = query.rev !== undefined && query.rev !== revisionText(label.revision);
    if (isStale || (query.rev !== undefined && label.isSubstitute))
      return { error: this.#gone(), headers: {} };
    const tag = this.#tag(label);
    if (!matchesTag(headers["if-match"], tag)) return { error: this.#another(tag), headers: {} };
    if (namesTag(headers["if-none-match"], tag)) return { status: 304, headers: this.#headers(label) };
    if (method === "HEAD")
      return { status: 200, headers: { ...this.#headers(label), "Content-Length": label.bytes } };
    if (this.#range(label) !== "unsatisfiable") return undefined;
    const error = fault("BYTES_UNSATISFIABLE", `found ${headers.range}, but the frame has ${label.bytes} B`);
    return { error, headers: { "Content-Range": `bytes */${label.bytes}` } };
  }

  head(): Head {
    const label = this.#label;
    if (label === undefined) return { status: 204, headers: {} };
    const headers = this.#headers(label);
    const range = this.#range(label);
    if (range === undefined || range === "unsatisfiable")
      return { status: 200, headers: { ...headers, "Content-Length": label.bytes } };
    const { start, end } = range;
    const partial = {
      "Content-Length": end - start + 1,
      "Content-Range": `bytes ${start}-${end}/${label.bytes}`,
    };
    return { status: 206, headers: { ...headers, ...partial }, range };
  }

  opening(): undefined {
    return undefined;
  }

  closing(): undefined {
    return undefined;
  }

  /** A frame that is to come is not waited for: whoever asks for one now wants an answer now. */
  #checkThere(): void {
    const { log, number, query, revisionText } = this.#wish;
    const entry = log.at(number);
    if (query.rev !== undefined && (entry === undefined || revisionText(entry.revision) !== query.rev))
      throw this.#gone();
    const { first, last, newest, state, name } = log;
    if (first === undefined || last === undefined) throw fault("FRAME_NOT_FOUND", `${name} has no frame yet`);
    if (number < first || number > last)
      throw fault("FRAME_NOT_FOUND", `found frame ${number}, but ${name} has frames ${first} to ${last}`);
    if (entry !== undefined || state === "recorded" || (newest !== undefined && number < newest)) return;
    throw fault("FRAME_MISSING", `found that frame ${number} of ${name} has not come yet`);
  }

  #gone(): Error & ReturnType<typeof fault> {
    const { number, query } = this.#wish;
    return fault("REVISION_GONE", `found rev=${query.rev}, but frame ${number} has another revision by now`);
  }

  #another(tag: string): Error & ReturnType<typeof fault> {
    const { number, headers } = this.#wish;
    const found = `found If-Match: ${quote(headers["if-match"] ?? "")}`;
    return fault("PRECONDITION_FAILED", `${found}, but frame ${number} has ${tag}`);
  }

  #range(label: MessageLabel): ByteRange | "unsatisfiable" | undefined {
    const { headers } = this.#wish;
    if (headers.range === undefined || !mayRange(headers["if-range"] as string | undefined, this.#tag(label)))
      return undefined;
    return rangeOf(headers.range, label.bytes);
  }

  #tag({ digest, isSubstitute }: MessageLabel): string {
    return entityTag(digest, { isSubstitute });
  }

  #headers(label: MessageLabel): OutgoingHttpHeaders {
    const { query, isNegotiated, format } = this.#wish;
    const forEver = query.rev !== undefined && !label.mayLookOtherwise;
    const headers: OutgoingHttpHeaders = {
      "Content-Type": MEDIA_TYPES[format],
      ETag: this.#tag(label),
      "Accept-Ranges": "bytes",
      "Cache-Control": forEver ? `public, max-age=${FOR_EVER}, immutable` : "no-cache",
      "Mutoscope-Frame": String(label.frame),
    };
    if (isNegotiated) headers["Vary"] = "Accept";
    if (label.isSubstitute) headers["Mutoscope-Substitute"] = this.#missing;
    else headers["Content-Location"] = this.#location(label);
    return headers;
  }

  /** Where this very revision will be found as long as it is there. */
  #location({ frame, revision }: MessageLabel): string {
    const { log, format, query, revisionText } = this.#wish;
    const { width, quality, levels, exposure } = query;
    const wishes: [string, string | number | undefined][] = [
      ["width", width],
      ["quality", quality],
      ["levels", levels === undefined || levels === "auto" ? levels : `${levels.low},${levels.high}`],
      ["exposure", exposure],
    ];
    const words = wishes.map(([name, value]) => (value === undefined ? "" : `${name}=${value}&`)).join("");
    const path = `/movies/${encodeURIComponent(log.name)}/frames/${frame}.${extensionOf(format)}`;
    return `${path}?${words}rev=${revisionText(revision)}`;
  }
}
