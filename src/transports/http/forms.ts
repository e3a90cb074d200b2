import type { Contract } from "../../base/contract.ts";
import type { Receipt } from "../../base/events.ts";
import type { Rate } from "../../base/rate.ts";
import type { PictureShape, Rendition } from "../../base/rendition.ts";
import type { Envelope, MessageLabel } from "../../playback/outlet.ts";
import { jpegComment } from "../../wire/jpegComment.ts";
import { closeParts, MULTIPART_TYPE, nextPart, openParts } from "../../wire/multipart.ts";
import { encodeEnd, encodeTag } from "../../wire/tag.ts";
import { encodeY4mHeader, Y4M_FRAME, type Y4mShape } from "../../wire/y4m.ts";
import { MEDIA_TYPES, renditionOf } from "./frameForm.ts";
import type { ValueOf } from "./parameters.ts";

/** What a query says of how frames are encoded and wrapped. */
export type FormQuery = {
  readonly [Name in "width" | "quality" | "levels" | "exposure" | "tagged"]?: ValueOf<Name>;
};

/** Whose playback it is, and of what, for lines that say so. */
export type Asked = {
  readonly connection: number;
  readonly request: string;
  /** At which the frames are to be shown, whether they are sent so or not. */
  readonly rate: Rate;
};

/** The form in which many frames follow each other in one body. */
export type Form = {
  readonly mediaType: string;
  /** When a request says nothing. */
  readonly contract: Contract;
  /** All pictures must be of one size and kind. */
  readonly isUniform: boolean;
  rendition(query: FormQuery): Rendition;
  /** What is put around the frames of one response. */
  wrap(query: FormQuery, asked: Asked): Wrapping;
};

/** What is put around the frames of one response. */
export interface Wrapping {
  /** Around one frame. */
  envelope(label: MessageLabel): Envelope;
  /** Before the first one; its label is undefined where nothing is to be sent. */
  opening(first: MessageLabel | undefined): Uint8Array | undefined;
  /** Behind the last one. */
  closing(receipt: Receipt): Uint8Array | undefined;
}

const BARE: Wrapping = {
  envelope: () => ({}),
  opening: () => undefined,
  closing: () => undefined,
};

/** Binary netpbm, one picture behind the other; with `tagged=1` the classic protocol's lines between them. */
export const PPM: Form = {
  mediaType: MEDIA_TYPES.ppm,
  contract: "all",
  isUniform: false,
  rendition: (query) => renditionOf("ppm", query),
  wrap: ({ tagged = false }, asked) => (tagged ? tagging(asked) : BARE),
};

function tagging({ connection, request }: Asked): Wrapping {
  return {
    envelope: ({ worker, epoch, message, frame, bytes, isSubstitute: substitute }) => ({
      before: encodeTag({ worker, connection, epoch, message, frame, bytes, substitute, request }),
    }),
    opening: () => undefined,
    closing: encodeEnd,
  };
}

/**
 * JPEG pictures that replace each other, as browsers show them in an `<img>`. The head of a part is sent
 * right behind the picture before it, so that this is painted at once; which frame it is, the picture itself
 * says.
 */
export const MJPEG: Form = {
  mediaType: MULTIPART_TYPE,
  contract: "paced",
  isUniform: false,
  rendition: ({ width, quality, levels, exposure }) => ({ format: "jpeg", width, quality, levels, exposure }),
  wrap: () => new Parts(),
};

/** The parts of one response, whose messages may be offered more than once, and others after them. */
class Parts implements Wrapping {
  /** The message behind which there is no head of another part: it seemed to be the last. */
  #bare: number | undefined;

  envelope(label: MessageLabel): Envelope {
    const { message, picture, isLast } = label;
    const needsHead = this.#bare !== undefined && this.#bare === message - 1;
    if (isLast) this.#bare = message;
    else if (this.#bare === message) this.#bare = undefined;
    return {
      before: needsHead ? nextPart(MEDIA_TYPES.jpeg, message - 1) : undefined,
      inside: jpegComment(picture[0] ?? EMPTY, commentOf(label)),
      after: isLast ? undefined : nextPart(MEDIA_TYPES.jpeg, message),
    };
  }

  opening(): Uint8Array {
    return openParts(MEDIA_TYPES.jpeg);
  }

  closing(): Uint8Array {
    return closeParts();
  }
}

const EMPTY = new Uint8Array(0);

function commentOf({ frame, message, isSubstitute }: MessageLabel): string {
  return `mutoscope: frame ${frame}, message ${message}${isSubstitute ? ", a substitute" : ""}`;
}

/** Bare planes for programs that encode or measure: one header, and a line before each picture. */
export const Y4M: Form = {
  mediaType: "video/x-yuv4mpeg2",
  contract: "all",
  isUniform: true,
  rendition: ({ width, levels, exposure }) => ({
    format: "yuv",
    width,
    quality: undefined,
    levels,
    exposure,
  }),
  wrap: (_query, { rate }) => ({
    envelope: () => ({ before: Y4M_FRAME }),
    opening: (first) => first && encodeY4mHeader(y4mShape(first.shape), rate),
    closing: () => undefined,
  }),
};

function y4mShape({ format, width, height }: PictureShape): Y4mShape {
  return { width, height, planes: format === "luma" ? 1 : 3 };
}
