import type { Receipt } from "../base/events.ts";
import { escapeText, unescapeText } from "./escape.ts";
import { printableLine } from "./quote.ts";
import { decodeReceipt } from "./receipt.ts";

/** What a tagged client is told before each frame. */
export type Tag = {
  readonly worker: number;
  readonly connection: number;
  readonly epoch: number;
  readonly message: number;
  readonly frame: number;
  /** Of the frame that follows, header and raster. */
  readonly bytes: number;
  /** The frame stands in for one that is missing. */
  readonly substitute: boolean;
  /** The request that the frame answers, as received. */
  readonly request: string;
};

/** What a tagged client is told at the end of an epoch. */
export type End = Pick<Receipt, "epoch" | "sent" | "skipped" | "missing" | "bytes" | "digest">;

/** `code` is one of the catalogue when the server is one of ours. */
export type ErrorLine = { readonly code: string; readonly message: string };

export type ClassicLine =
  | ({ readonly kind: "tag" } & Tag)
  | ({ readonly kind: "end" } & End)
  | { readonly kind: "receipt"; readonly receipt: Receipt }
  | ({ readonly kind: "error" } & ErrorLine);

/** So that an error line fits in any client's line buffer. */
const ERROR_CHARACTERS = 400;

const TAG = /^(\d+) (\d+) (\d+) (\d+) (-?\d+) (\d+) (-|[a-z]+) (.*)$/s;
const END = /^END (\d+) (\d+) (\d+) (\d+) (\d+) ([0-9a-f]+)$/;
const ERROR = /^ERR ([A-Z][A-Z0-9_]*) (.*)$/s;

const encoder = new TextEncoder();

/** `worker connection epoch message frame bytes flags request`, and LF. Flags: `s` a substitute, `-` none. */
export function encodeTag(tag: Tag): Uint8Array {
  const { worker, connection, epoch, message, frame, bytes, substitute, request } = tag;
  const numbers = `${worker} ${connection} ${epoch} ${message} ${frame} ${bytes}`;
  return encoder.encode(`${numbers} ${substitute ? "s" : "-"} ${escapeText(request)}\n`);
}

/** `END epoch sent skipped missing bytes digest`, and LF. */
export function encodeEnd({ epoch, sent, skipped, missing, bytes, digest }: End): Uint8Array {
  return encoder.encode(`END ${epoch} ${sent} ${skipped} ${missing} ${bytes} ${digest}\n`);
}

/**
 * `ERR code text`, and LF; whatever the text holds, it becomes one printable line of at most 400 characters.
 */
export function encodeError({ code, message }: ErrorLine): Uint8Array {
  return encoder.encode(`ERR ${code} ${printableLine(message, ERROR_CHARACTERS)}\n`);
}

/** Reads one line, without its LF; undefined when it is none of ours. */
export function decodeLine(line: string): ClassicLine | undefined {
  if (line.startsWith("ERR ")) return decodeError(line);
  if (line.startsWith("RECEIPT ")) {
    const receipt = decodeReceipt(line);
    return receipt && { kind: "receipt", receipt };
  }
  return line.startsWith("END ") ? decodeEnd(line) : decodeTag(line);
}

function decodeError(line: string): ClassicLine | undefined {
  const [, code, message] = ERROR.exec(line) ?? [];
  return code === undefined || message === undefined ? undefined : { kind: "error", code, message };
}

function decodeEnd(line: string): ClassicLine | undefined {
  const match = END.exec(line);
  if (match === null) return undefined;
  const [epoch = 0, sent = 0, skipped = 0, missing = 0, bytes = 0] = match.slice(1, 6).map(Number);
  return { kind: "end", epoch, sent, skipped, missing, bytes, digest: match[6] ?? "" };
}

function decodeTag(line: string): ClassicLine | undefined {
  const match = TAG.exec(line);
  const request = match === null ? undefined : unescapeText(match[8] ?? "");
  if (match === null || request === undefined) return undefined;
  const [worker = 0, connection = 0, epoch = 0, message = 0, frame = 0, bytes = 0] = match
    .slice(1, 7)
    .map(Number);
  const substitute = (match[7] ?? "").includes("s");
  return { kind: "tag", worker, connection, epoch, message, frame, bytes, substitute, request };
}
