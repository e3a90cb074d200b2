// Ours in T9: does what a worker does for each frame, for a while, and prints what that cost. The same words
// as turbo.c takes:
//
//   ours.ts FOLDER FRAMES QUALITY WARM_MS MEASURE_MS memory|file
import { join } from "node:path";
import { present } from "../../src/base/assert.ts";
import { parseRendition } from "../../src/base/rendition.ts";
import { Bytes, MiB } from "../../src/base/units.ts";
import { decodeFrame } from "../../src/production/decode/decode.ts";
import { digestOf } from "../../src/production/diskEntry.ts";
import { frameImage } from "../../src/production/picture.ts";
import { render } from "../../src/production/render/render.ts";
import type { Raster } from "../../src/production/raster/raster.ts";

const [folder = "", frames, quality = "", warmMs, measureMs, from] = process.argv.slice(2);

const LIMIT = Bytes(256 * MiB);

const rendition = { ...parseRendition("jpeg", { quality }), levels: undefined };

const sources = Array.from({ length: Number(frames) }, (_, index) => {
  return { kind: "file", root: folder, path: join(folder, `${index + 1}.ppm`) } as const;
});

const decode = (index: number): Promise<Raster> => {
  return decodeFrame(present(sources[index], "a frame that is there"), "netpbm", LIMIT);
};

const known = await Promise.all(sources.map((_, index) => decode(index)));

/** The bytes of one image. From a file on also its digest is made, as of every frame that a worker makes. */
async function make(index: number): Promise<number> {
  if (from === "file") return makeFromFile(present(sources[index], "a frame that is there"));
  const raster = present(known[index], "a frame that was decoded");
  return (await render(raster, rendition, LIMIT)).bytes.byteLength;
}

/** What a worker calls for each frame. */
async function makeFromFile(source: (typeof sources)[number]): Promise<number> {
  const order = { source, format: "netpbm", making: { kind: "frame", rendition } } as const;
  const image = await frameImage({ ...order, levels: undefined, limit: LIMIT, disk: undefined }, rendition);
  const { bytes } = present(image, "a picture of 8 bits");
  digestOf(bytes);
  return bytes.byteLength;
}

let made = 0;
let bytes = 0;

async function makeFor(ms: number): Promise<void> {
  const until = performance.now() + ms;
  for (let index = 0; performance.now() < until; index = (index + 1) % sources.length) {
    bytes += await make(index);
    made += 1;
  }
}

await makeFor(Number(warmMs));
const before = process.cpuUsage();
[made, bytes] = [0, 0];
await makeFor(Number(measureMs));
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ frames: made, cpuSeconds: (user + system) / 1e6, bytes })}\n`);
