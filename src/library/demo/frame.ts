import { assert } from "../../base/assert.ts";
import { Canvas } from "./canvas.ts";
import { paintScene } from "./scene.ts";
import { DEMO_FRAMES, DEMO_HEIGHT, DEMO_WIDTH } from "./strip.ts";

const HEADER = new TextEncoder().encode(`P6\n${DEMO_WIDTH} ${DEMO_HEIGHT}\n255\n`);

/** The size of every frame's file in bytes: 15 of header, 57,600 of raster. */
export const DEMO_FRAME_BYTES = HEADER.length + DEMO_WIDTH * DEMO_HEIGHT * 3;

/** Frame 1 to 100 of the built-in movie, as a whole P6 file. The same number gives the same bytes. */
export function drawDemoFrame(number: number): Uint8Array {
  assert(Number.isInteger(number) && number >= 1 && number <= DEMO_FRAMES, `no demo frame ${number}`);
  const canvas = new Canvas(DEMO_WIDTH, DEMO_HEIGHT);
  paintScene(canvas, number);
  const file = new Uint8Array(DEMO_FRAME_BYTES);
  file.set(HEADER);
  canvas.writeTo(file, HEADER.length);
  return file;
}
