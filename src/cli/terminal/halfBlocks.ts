import type { Raster } from "./raster.ts";

/** Columns and rows of characters. */
export type Cells = { readonly columns: number; readonly rows: number };

/** How many colours a terminal has: all of them (24 bits), or the 256 of xterm. */
export type Colours = "true" | "256";

/** Pixels in a character: one above the other, each about as wide as high. */
const PIXELS_IN_ROW = 2;

/** Upper half block: the upper pixel is its colour, the lower one its background. */
const BLOCK = "▀";
const RESET = "\u001B[0m";

/** The steps of xterm's cube of 6×6×6 colours, from 16 on, and of its ramp of greys, from 232 on. */
const CUBE = [0, 95, 135, 175, 215, 255] as const;
const FIRST_OF_CUBE = 16;
const FIRST_GREY = 232;
const DARKEST_GREY = 8;
const GREY_STEP = 10;
const GREYS = 24;

/** The largest size of these proportions that fits, in pixels; a picture that is smaller keeps its own. */
export function fitted(
  { width, height }: Pick<Raster, "width" | "height">,
  { columns, rows }: Cells,
): Pick<Raster, "width" | "height"> {
  const scale = Math.min(1, columns / width, (rows * PIXELS_IN_ROW) / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * The picture in lines of text, as many pixels as fit. A colour is named when it changes, so that a line
 * costs what its picture has.
 */
export function drawHalfBlocks(raster: Raster, cells: Cells, colours: Colours): string[] {
  const { width, height } = fitted(raster, cells);
  const lines: string[] = [];
  for (let top = 0; top < height; top += PIXELS_IN_ROW)
    lines.push(line(raster, { width, height, top }, colours));
  return lines;
}

type Row = { readonly width: number; readonly height: number; readonly top: number };

function line(raster: Raster, { width, height, top }: Row, colours: Colours): string {
  let text = "";
  let [front, back] = ["", ""];
  for (let x = 0; x < width; x += 1) {
    const at = Math.floor(((x + 0.5) * raster.width) / width);
    const upper = `\u001B[38;${colourAt(raster, at, rowAt(raster, top, height), colours)}m`;
    const hasLower = top + 1 < height;
    const lower = hasLower
      ? `\u001B[48;${colourAt(raster, at, rowAt(raster, top + 1, height), colours)}m`
      : "\u001B[49m";
    if (upper !== front) text += upper;
    if (lower !== back) text += lower;
    text += BLOCK;
    [front, back] = [upper, lower];
  }
  return text + RESET;
}

function rowAt(raster: Raster, y: number, height: number): number {
  return Math.floor(((y + 0.5) * raster.height) / height);
}

/** As SGR has it: `2;R;G;B` or `5;N`. */
function colourAt({ width, channels, samples }: Raster, x: number, y: number, colours: Colours): string {
  const at = (y * width + x) * channels;
  const red = samples[at] ?? 0;
  const green = channels === 1 ? red : (samples[at + 1] ?? 0);
  const blue = channels === 1 ? red : (samples[at + 2] ?? 0);
  return colours === "true" ? `2;${red};${green};${blue}` : `5;${paletteIndex(red, green, blue)}`;
}

/** The nearest of xterm's 256 colours. */
export function paletteIndex(red: number, green: number, blue: number): number {
  const [r, g, b] = [cubeStep(red), cubeStep(green), cubeStep(blue)];
  const inCube = distance([red, green, blue], [CUBE[r] ?? 0, CUBE[g] ?? 0, CUBE[b] ?? 0]);
  const mean = (red + green + blue) / 3;
  const step = Math.min(GREYS - 1, Math.max(0, Math.round((mean - DARKEST_GREY) / GREY_STEP)));
  const grey = DARKEST_GREY + step * GREY_STEP;
  if (distance([red, green, blue], [grey, grey, grey]) < inCube) return FIRST_GREY + step;
  return FIRST_OF_CUBE + 36 * r + 6 * g + b;
}

function cubeStep(value: number): number {
  let best = 0;
  for (const [index, level] of CUBE.entries())
    if (Math.abs(level - value) < Math.abs((CUBE[best] ?? 0) - value)) best = index;
  return best;
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
}
