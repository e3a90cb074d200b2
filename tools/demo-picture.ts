/**
 * Makes docs/images/demo.png, the contact sheet of the built-in movie in the README:
 * `node tools/demo-picture.ts`. Eight frames of one stride, so that the sheet reads as one movement.
 */
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { DEMO_HEIGHT, DEMO_WIDTH, drawDemoFrame } from "../src/library/demo.ts";

const COLUMNS = 4;
const NUMBERS = [6, 8, 10, 12, 14, 16, 18, 20];
const GAP = 4;
const HEADER_BYTES = 15;
const target = fileURLToPath(new URL("../docs/images/demo.png", import.meta.url));

const tiles = NUMBERS.map((number, index) => ({
  input: Buffer.from(drawDemoFrame(number).subarray(HEADER_BYTES)),
  raw: { width: DEMO_WIDTH, height: DEMO_HEIGHT, channels: 3 as const },
  left: GAP + (index % COLUMNS) * (DEMO_WIDTH + GAP),
  top: GAP + Math.floor(index / COLUMNS) * (DEMO_HEIGHT + GAP),
}));
await sharp({
  create: {
    width: GAP + COLUMNS * (DEMO_WIDTH + GAP),
    height: GAP + (NUMBERS.length / COLUMNS) * (DEMO_HEIGHT + GAP),
    channels: 3,
    background: "#111111",
  },
})
  .composite(tiles)
  .png({ palette: true, colours: 128, effort: 10, compressionLevel: 9 })
  .toFile(target);
