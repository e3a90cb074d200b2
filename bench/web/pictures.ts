import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { jpegComment } from "../../src/wire/jpegComment.ts";
import { type BenchMovie, makeFolder } from "../movie.ts";
import type { WebServer } from "./server.ts";
import { FPS } from "./watching.ts";

/** A movie's JPEG pictures, as ours makes them, in files `1.jpg` and on. */
export type Pictures = { readonly folder: string; readonly frames: readonly Buffer[] };

/** Fetches them one by one. Each says its frame in a comment, as in ours' parts, so that clients see it. */
export async function fetchPictures({ port }: WebServer, movie: BenchMovie): Promise<Pictures> {
  const folder = await makeFolder("pictures");
  const frames: Buffer[] = [];
  for (const index of movie.frames.keys()) {
    const number = index + 1;
    const picture = await fetchBody(port, `/movies/${movie.name}/frames/${number}.jpg`);
    const { at, bytes } = jpegComment(picture, `mutoscope: frame ${number}, message ${index}`);
    const named = Buffer.concat([picture.subarray(0, at), bytes, picture.subarray(at)]);
    await writeFile(join(folder, `${number}.jpg`), named);
    frames.push(named);
  }
  return { folder, frames };
}

export async function fetchBody(port: number, path: string): Promise<Buffer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${body.toString()}`);
  return body;
}

const PATIENCE_MS = 15_000;

/** What of a picture is compared: its end, which has no comment that counts messages. */
const COMPARED_BYTES = 20_000;

/** Pictures that a server has to show before it is measured. */
const CHECKED = 12;

/**
 * Watches a server for a while, and rejects unless its pictures are these: one that is fast with wrong bytes
 * is not measured.
 */
export async function checkParts({ name, port }: WebServer, path: string, pictures: Pictures): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: patience });
  if (response.body === null) throw new Error(`${name} has no body`);
  let received = Buffer.alloc(0);
  const enough = pictures.frames.slice(0, CHECKED + 1).reduce((sum, { length }) => sum + length, 0);
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    received = Buffer.concat([received, chunk]);
    if (received.length > enough) break;
  }
  const seen = pictures.frames.filter((frame) => received.includes(frame.subarray(-COMPARED_BYTES)));
  if (seen.length < CHECKED - 2) throw new Error(`${name} showed ${seen.length} of the pictures`);
}

/** One viewer who is always there: the proxy asks its source when the first client comes. */
export async function keepWatching<T>({ port }: WebServer, path: string, work: () => Promise<T>): Promise<T> {
  const leaving = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: leaving.signal });
  const discarding = discard(response);
  try {
    return await work();
  } finally {
    leaving.abort();
    await discarding;
  }
}

async function discard(response: Response): Promise<void> {
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) void chunk;
  } catch (error) {
    // It was this side that left.
    if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
  }
}

/** A movie for ever, at the rate of all that is measured. */
export function partsPath(movie: string): string {
  return `/movies/${movie}.mjpeg?loop=1&fps=${FPS}`;
}
