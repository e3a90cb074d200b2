import { fault } from "../../base/errors.ts";
import { type FrameHeader, decodeHead } from "./frameHeader.ts";

/** A frame that has come to its end. */
export type ReadFrame = {
  readonly header: FrameHeader;
  /**
   * The picture; undefined when it is larger than the reader takes. It points into the message that it came
   * in, where that held all of it.
   */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
};

/** A frame of which not all has come. */
export type UnderWay = {
  /** The same object as long as it is the same frame. */
  readonly header: FrameHeader;
  /** Bytes of the picture that have come. */
  readonly bytes: number;
};

export type FrameReaderOptions = {
  /** Bytes of a picture; of a larger one nothing is kept. */
  readonly largest: number;
  /** Whether frames of this playback may come: of others they are refused. */
  readonly expects: (playback: number) => boolean;
};

type Begun = {
  readonly header: FrameHeader;
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  at: number;
};

/** Makes frames of binary messages: several may be in one, and one may take several. */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  /** Frames that have begun: at most one of each playback that is expected. */
  readonly #begun = new Map<number, Begun>();

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  /** The frame of the playback that has begun and not ended. */
  underWay(playback: number): UnderWay | undefined {
    const begun = this.#begun.get(playback);
    return begun && { header: begun.header, bytes: begun.at };
  }

  /**
   * Takes one binary message.
   * @returns the frames that end in it, in order
   * @throws PROTOCOL_BROKEN
   */
  read(message: Uint8Array<ArrayBuffer>): readonly ReadFrame[] {
    const found: ReadFrame[] = [];
    let rest = message;
    do {
      const head = decodeHead(rest);
      if (head.kind === "unknown") return found;
      const body = rest.subarray(head.headerLength);
      const taken =
        head.kind === "frame"
          ? this.#begin(head.header, body, found)
          : this.#goOn(head.playback, body, found);
      rest = body.subarray(taken);
    } while (rest.byteLength > 0);
    return found;
  }

  #begin(header: FrameHeader, body: Uint8Array<ArrayBuffer>, found: ReadFrame[]): number {
    const { playback, length } = header;
    if (!this.#options.expects(playback))
      throw broken(`found a frame of playback ${playback}, which does not play`);
    if (this.#begun.has(playback))
      throw broken(`found a frame of playback ${playback} inside of another one of it`);
    const fits = length <= this.#options.largest;
    if (length <= body.byteLength) {
      found.push({ header, bytes: fits ? body.subarray(0, length) : undefined });
      return length;
    }
    const bytes = fits ? new Uint8Array(length) : undefined;
    bytes?.set(body);
    this.#begun.set(playback, { header, bytes, at: body.byteLength });
    return body.byteLength;
  }

  #goOn(playback: number, body: Uint8Array<ArrayBuffer>, found: ReadFrame[]): number {
    const begun = this.#begun.get(playback);
    if (begun === undefined)
      throw broken(`found more of a frame of playback ${playback}, of which none has begun`);
    const { header, bytes } = begun;
    const left = header.length - begun.at;
    if (body.byteLength > left)
      throw broken(`found ${body.byteLength} bytes of a frame of playback ${playback}, expected ${left}`);
    if (body.byteLength === 0) throw broken(`found no bytes of a frame of playback ${playback} that goes on`);
    bytes?.set(body, begun.at);
    begun.at += body.byteLength;
    if (begun.at === header.length) {
      this.#begun.delete(playback);
      found.push({ header, bytes });
    }
    return body.byteLength;
  }
}

function broken(detail: string): Error {
  return fault("PROTOCOL_BROKEN", detail);
}
