import { fault } from "../../base/errors.ts";
import type { Canvas, Colour } from "./canvas.ts";

/** The size of the picture that places below refer to. */
export const DEMO_WIDTH = 160;
export const DEMO_HEIGHT = 120;

/** How many frames go once around the drum. */
export const DEMO_FRAMES = 100;

/**
 * The number as nine squares, for machines: eight bits, the highest first, and one that makes the count of
 * white squares odd, so that a torn or damaged strip is found out.
 */
export const SQUARES = { left: 66, top: 109, size: 8, pitch: 10, count: 9 } as const;

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];

export function drawStrip(canvas: Canvas, number: number): void {
  const { left, top, size, pitch, count } = SQUARES;
  const word = withParity(number);
  for (let square = 0; square < count; square++) {
    const isWhite = (word >> (count - 1 - square)) & 1;
    canvas.fill(left + square * pitch, top, size, size, isWhite ? WHITE : BLACK);
  }
}

function withParity(number: number): number {
  let ones = 0;
  for (let rest = number; rest > 0; rest >>= 1) ones += rest & 1;
  return (number << 1) | (ones % 2 === 0 ? 1 : 0);
}

/**
 * Reads the frame number out of a demo frame's pixels, which may have been scaled or compressed.
 * @param pixels 8-bit RGB, row by row, `width` x `height` x 3 bytes
 * @throws FRAME_CORRUPT when the squares are neither black nor white, or do not belong together
 */
export function readDemoNumber(pixels: Uint8Array, width: number, height: number): number {
  let word = 0;
  for (let square = 0; square < SQUARES.count; square++) {
    const level = squareLevel(pixels, width, height, square);
    if (level > 80 && level < 175) throw corrupt(`square ${square + 1} is grey (${Math.round(level)})`);
    word = (word << 1) | (level > 127 ? 1 : 0);
  }
  const number = word >> 1;
  if (number < 1 || number > DEMO_FRAMES) throw corrupt(`number ${number}`);
  if (withParity(number) !== word) throw corrupt(`number ${number} and its parity do not belong together`);
  return number;
}

/** The mean level of the middle half of a square. */
function squareLevel(pixels: Uint8Array, width: number, height: number, square: number): number {
  const { left, top, size, pitch } = SQUARES;
  const across = (x: number): number => Math.floor((x * width) / DEMO_WIDTH);
  const down = (y: number): number => Math.floor((y * height) / DEMO_HEIGHT);
  const start = left + square * pitch + size / 4;
  let [sum, count] = [0, 0];
  for (let y = down(top + size / 4); y < Math.max(down(top + (size * 3) / 4), down(top + size / 4) + 1); y++)
    for (let x = across(start); x < Math.max(across(start + size / 2), across(start) + 1); x++)
      for (let channel = 0; channel < 3; channel++, count++)
        sum += pixels[(y * width + x) * 3 + channel] ?? 127;
  return sum / count;
}

function corrupt(found: string): Error {
  return fault("FRAME_CORRUPT", `found ${found}, expected the nine squares of a demo frame`);
}
