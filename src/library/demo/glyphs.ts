import { assertNever } from "../../base/assert.ts";
import type { Canvas, Colour } from "./canvas.ts";
import { coverage } from "./canvas.ts";
import { limbDistance } from "./shapes.ts";
import type { Point } from "./shapes.ts";

/** The cell of a figure in pixels: all figures are equally wide, so that a number never moves. */
export const DIGIT_WIDTH = 14;
export const DIGIT_HEIGHT = 22;
/** Half the width of a figure's strokes: whole edges fall between pixels, and the figures are crisp. */
const STROKE = 2;

// Paths of strokes through the middles of a 14 x 22 cell: `M` starts one, `L` is a line, `A` an arc about a
// centre with two radii from one angle to another (degrees, 0 to the right, clockwise).
type Arc = readonly ["A", x: number, y: number, rx: number, ry: number, from: number, to: number];
type Step = readonly ["M", x: number, y: number] | readonly ["L", x: number, y: number] | Arc;

const DIGITS: readonly (readonly Step[])[] = [
  [
    ["A", 7, 7, 5, 5, 180, 360],
    ["L", 12, 15],
    ["A", 7, 15, 5, 5, 0, 180],
    ["L", 2, 7],
  ],
  [
    ["M", 2.5, 5.5],
    ["L", 7, 2],
    ["L", 7, 20],
    ["M", 2, 20],
    ["L", 12, 20],
  ],
  [
    ["A", 7, 7, 5, 5, 180, 390],
    ["L", 2.4, 19.5],
    ["M", 2, 20],
    ["L", 12, 20],
  ],
  [
    ["A", 7, 6.6, 4.6, 4.6, 190, 450],
    ["M", 7, 11],
    ["A", 7, 15.2, 5, 4.8, 270, 530],
  ],
  [
    ["M", 10, 20],
    ["L", 10, 2],
    ["L", 9, 2],
    ["L", 2, 15],
    ["L", 12, 15],
  ],
  [
    ["M", 11.5, 2],
    ["L", 3, 2],
    ["L", 2.6, 11],
    ["A", 6.6, 14.2, 5.4, 5.8, 225, 510],
  ],
  [
    ["M", 10, 2],
    ["L", 2.6, 12.6],
    ["A", 7, 15, 5, 5, 200, 560],
  ],
  [
    ["M", 2, 2],
    ["L", 12, 2],
    ["L", 5.5, 20],
  ],
  [
    ["A", 7, 6.5, 4.5, 4.5, 0, 360],
    ["M", 7, 11],
    ["A", 7, 15.3, 5, 4.7, 270, 630],
  ],
  [
    ["M", 4, 20],
    ["L", 11.4, 9.4],
    ["A", 7, 7, 5, 5, 20, 380],
  ],
];

const masks = new Map<number, Float32Array>();

/** Draws one figure, 0 to 9, with its cell's corner at (left, top). */
export function drawDigit(canvas: Canvas, digit: number, left: number, top: number, colour: Colour): void {
  const mask = masks.get(digit) ?? makeMask(digit);
  masks.set(digit, mask);
  for (let at = 0; at < mask.length; at++) {
    const x = at % DIGIT_WIDTH;
    canvas.blend(left + x, top + (at - x) / DIGIT_WIDTH, colour, mask[at] ?? 0);
  }
}

function makeMask(digit: number): Float32Array {
  const lines = flatten(DIGITS[digit] ?? []);
  const mask = new Float32Array(DIGIT_WIDTH * DIGIT_HEIGHT);
  for (let at = 0; at < mask.length; at++) {
    const x = (at % DIGIT_WIDTH) + 0.5;
    const y = Math.floor(at / DIGIT_WIDTH) + 0.5;
    const distances = lines.map(([from, to]) =>
      limbDistance({ from, to, fromRadius: STROKE, toRadius: STROKE }, x, y),
    );
    mask[at] = coverage(Math.min(...distances));
  }
  return mask;
}

/** A figure's path as straight lines; an arc becomes one line for every 10 degrees. */
function flatten(steps: readonly Step[]): (readonly [Point, Point])[] {
  const lines: (readonly [Point, Point])[] = [];
  let pen: Point | undefined;
  const drawTo = (point: Point): void => {
    if (pen !== undefined) lines.push([pen, point]);
    pen = point;
  };
  for (const step of steps) {
    switch (step[0]) {
      case "M":
        pen = { x: step[1], y: step[2] };
        break;
      case "L":
        drawTo({ x: step[1], y: step[2] });
        break;
      case "A":
        arcPoints(step).forEach(drawTo);
        break;
      default:
        assertNever(step);
    }
  }
  return lines;
}

function arcPoints([, x, y, rx, ry, from, to]: Arc): Point[] {
  const count = Math.ceil((to - from) / 10);
  return Array.from({ length: count + 1 }, (_, index) => {
    const angle = ((from + ((to - from) * index) / count) * Math.PI) / 180;
    return { x: x + rx * Math.cos(angle), y: y + ry * Math.sin(angle) };
  });
}

// Capitals of 5 x 7 pixels, one row of bits each, the leftmost pixel in the highest bit.
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  C: [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110],
  E: [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
  M: [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
  O: [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
  P: [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
  S: [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
  T: [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
  U: [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
};

/** Draws one capital of those that the title needs, 5 x 7 pixels. */
export function drawLetter(canvas: Canvas, letter: string, left: number, top: number, colour: Colour): void {
  (LETTERS[letter] ?? []).forEach((row, y) => {
    for (let x = 0; x < 5; x++) canvas.blend(left + x, top + y, colour, (row >> (4 - x)) & 1);
  });
}
