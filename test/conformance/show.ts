import { assertNever } from "../../src/base/assert.ts";
import type { ClassicItem } from "../../src/wire/classicReader.ts";
import { escapeText } from "../../src/wire/escape.ts";

/** More of what was sent or came helps nobody. */
const SHOWN = 160;

/** Bytes for people: printing ones as they are, others as `\xNN`, cut to size. */
export function showBytes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, SHOWN)).toString("latin1");
  const shown = text.replaceAll(/[^\x20-\x7e]/g, (character) =>
    character === "\n" ? "\\n" : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return cut(shown, bytes.length > SHOWN ? ` … (${bytes.length} bytes)` : "");
}

/** A frame or line for people, without the name of the frame. */
export function showItem(item: ClassicItem): string {
  switch (item.kind) {
    case "error":
      return cut(`the line ERR ${item.code} ${escapeText(item.message)}`);
    case "end": {
      const { epoch, sent, skipped, missing, bytes, digest } = item;
      return `the line END ${epoch} ${sent} ${skipped} ${missing} ${bytes} ${digest}`;
    }
    case "receipt":
      return cut(`the line RECEIPT ${item.receipt.epoch} ${JSON.stringify(item.receipt)}`);
    case "frame": {
      const { magic, width, height } = item.header;
      const tag =
        item.tag === undefined ? "" : `, tagged as frame ${item.tag.frame} of epoch ${item.tag.epoch}`;
      return `a ${magic} frame of ${width}×${height}, ${item.bytes.length} bytes${tag}`;
    }
    default:
      return assertNever(item);
  }
}

function cut(text: string, more = "…"): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}${more}` : `${text}${more === "…" ? "" : more}`;
}
