import { formatRate } from "../base/rate.ts";
import type { FrameLog } from "../main.ts";

/** Where a server listens. */
export type Address = { readonly host: string; readonly port: number };

// What would end a name or be taken for an escape in a classic request (docs/protocols/classic.md).
const RESERVED = /[:,%\p{Cc}]/gu;

/** A movie's name as a classic request carries it: percent-encoded in UTF-8, each byte as %XX. */
export function classicName(name: string): string {
  return name.replace(RESERVED, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** A shell command that asks for a movie and writes its frames to standard output. */
export function requestCommand(log: FrameLog, address: Address): string {
  const { host, port } = address;
  return `printf ${shellQuote(printfFormat(`me:3:start_movie:${classicName(log.name)}`))} | nc -N ${reachable(host)} ${port}`;
}

/** A shell command that shows a movie at its own rate. */
export function watchCommand(log: FrameLog, address: Address): string {
  return `${requestCommand(log, address)} | ffplay -f image2pipe -framerate ${formatRate(log.rate)} -`;
}

/** A shell command that keeps a movie as one file of many images. */
export function keepCommand(log: FrameLog, address: Address): string {
  return `${requestCommand(log, address)} > movie.ppm`;
}

/** Whether only this machine can connect to an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** The address at which this machine reaches itself: "every address" is none to connect to. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

/** `printf` takes `%` and `\` in its format for its own. */
function printfFormat(line: string): string {
  return `${line.replaceAll("\\", "\\\\").replaceAll("%", "%%")}\\n`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
