import { Canvas, clamp, coverage, mix, smoothstep } from "./canvas.ts";
import type { Colour } from "./canvas.ts";
import { DIGIT_WIDTH, drawDigit, drawLetter } from "./glyphs.ts";
import { horsePose } from "./horse.ts";
import { outlineField } from "./shapes.ts";
import type { Limb } from "./shapes.ts";
import { DEMO_FRAMES, DEMO_HEIGHT, DEMO_WIDTH, SQUARES, drawStrip } from "./strip.ts";

// A reel of cards in projector light, warm greys around it, neutral dark below.
const NIGHT: Colour = [29, 27, 26];
const DUSK: Colour = [112, 88, 63];
const AMBER: Colour = [232, 163, 61];
const EMBER: Colour = [148, 84, 26];
const LIGHT: Colour = [255, 226, 170];
const INK: Colour = [20, 17, 15];
const FAR: Colour = [66, 46, 28];
const EARTH: Colour = [48, 41, 35];
const PANEL: Colour = [26, 26, 26];
const FIGURES: Colour = [255, 238, 212];
const QUIET: Colour = [150, 139, 126];

const GROUND = 86;
const PANEL_TOP = 92;
const REEL = { x: 80, y: 47, radius: 44, hub: 9, cards: 36 };
const HORSE = { x: 77, y: 55 };
/** Where the horse may be, relative to its place. */
const HORSE_AREA = { left: -46, right: 48, top: -30, bottom: 37 };
/** How wide the fillets at the horse's joints are, in pixels. */
const FLESH = 2.4;

/**
 * Strides in one turn of the drum. It has no divisor in common with 100, so that no two frames have one pose.
 */
const STRIDES = 7;
/**
 * Pixels that the ground moves in one turn: about what the planted foot moves, and whole distances of posts.
 */
const WAY = 672;
const POST_DISTANCE = 56;

const TITLE = "MUTOSCOPE";

const backdrop = new Canvas(DEMO_WIDTH, DEMO_HEIGHT);
let backdropIsPainted = false;

/** Paints frame `number` of the movie. After the last frame comes the first. */
export function paintScene(canvas: Canvas, number: number): void {
  const turn = number / DEMO_FRAMES;
  canvas.copy(paintedBackdrop());
  paintPosts(canvas, turn);
  paintReel(canvas, turn);
  paintGround(canvas, turn);
  paintHorse(canvas, turn);
  paintPanel(canvas, number);
}

function paintedBackdrop(): Canvas {
  if (backdropIsPainted) return backdrop;
  backdropIsPainted = true;
  const { x: cx, y: cy, radius } = REEL;
  for (let y = 0; y < DEMO_HEIGHT; y++)
    for (let x = 0; x < DEMO_WIDTH; x++) {
      const away = Math.sqrt((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2) / radius;
      backdrop.blend(x, y, mix(DUSK, NIGHT, smoothstep(0.85, 2, away)), 1);
    }
  return backdrop;
}

function paintPosts(canvas: Canvas, turn: number): void {
  const shift = (turn * WAY * 0.5) % POST_DISTANCE;
  for (let x = -shift; x < DEMO_WIDTH + 2; x += POST_DISTANCE)
    canvas.paint(
      { left: x - 2, right: x + 3, top: 58, bottom: GROUND },
      INK,
      (px) => 0.55 * coverage(Math.abs(px - x) - 1),
    );
}

/** Where a pixel lies on the reel: once computed, the same for all frames. */
type ReelPixel = {
  readonly x: number;
  readonly y: number;
  /** Distance from the hub in pixels, and the part of a turn from straight up, clockwise. */
  readonly away: number;
  readonly around: number;
};

let reelPixels: readonly ReelPixel[] | undefined;

function findReelPixels(): readonly ReelPixel[] {
  const pixels: ReelPixel[] = [];
  for (let y = 0; y < GROUND; y++)
    for (let x = 0; x < DEMO_WIDTH; x++) {
      const [dx, dy] = [x + 0.5 - REEL.x, y + 0.5 - REEL.y];
      const away = Math.sqrt(dx * dx + dy * dy);
      if (away <= REEL.radius + 1) pixels.push({ x, y, away, around: Math.atan2(dx, -dy) / (2 * Math.PI) });
    }
  return pixels;
}

/** The drum of cards: light and shadow between the cards, and one white card that goes around once. */
function paintReel(canvas: Canvas, turn: number): void {
  reelPixels ??= findReelPixels();
  for (const { x, y, away, around } of reelPixels)
    canvas.blend(x, y, reelColour(away, (around - turn) * REEL.cards), coverage(away - REEL.radius));
}

/** `card` counts cards from the white one on, and its fraction is the place on the card. */
function reelColour(away: number, card: number): Colour {
  const { radius, hub, cards } = REEL;
  const place = card - Math.floor(card);
  const pitch = (2 * Math.PI * away) / cards;
  // The gap between two cards is one pixel wide and fades where the cards stand closer than pixels.
  const gap = coverage(Math.min(place, 1 - place) * pitch - 0.1) * smoothstep(1.5, 5, pitch);
  const rim = away / radius;
  const lit = mix(AMBER, LIGHT, 0.5 * (1 - place) * smoothstep(0.2, 1, rim));
  const shaded = mix(lit, EMBER, clamp(0.75 * gap + 0.45 * smoothstep(0.75, 1.02, rim)));
  const isWhite = Math.floor(card) % cards === 0;
  return isWhite ? mix(shaded, FIGURES, 0.85 * (1 - gap) * smoothstep(hub, hub + 8, away)) : shaded;
}

function paintGround(canvas: Canvas, turn: number): void {
  canvas.fill(0, GROUND, DEMO_WIDTH, PANEL_TOP - GROUND, EARTH);
  canvas.paint(
    { left: 0, right: DEMO_WIDTH, top: GROUND, bottom: GROUND + 1 },
    AMBER,
    (x) => 0.75 * (1 - smoothstep(20, 86, Math.abs(x - REEL.x))),
  );
  const shift = turn * WAY;
  for (let stone = 0; stone < 48; stone++) {
    const x = (((((stone * WAY) / 48 + ((stone * 29) % 11) - shift) % WAY) + WAY) % WAY) - 8;
    const y = GROUND + 2.5 + ((stone * 5) % 3);
    canvas.paint(
      { left: x - 4, right: x + 5, top: y - 1, bottom: y + 1 },
      QUIET,
      (px, py) => 0.55 * coverage(Math.abs(px - x) - 2) * coverage(Math.abs(py - y) - 0.5),
    );
  }
}

function paintHorse(canvas: Canvas, turn: number): void {
  const pose = horsePose(turn * STRIDES);
  canvas.paint({ left: HORSE.x - 34, right: HORSE.x + 34, top: GROUND, bottom: PANEL_TOP }, INK, (x, y) => {
    const away = ((x - HORSE.x) / 32) ** 2 + ((y - GROUND - 1.5) / 3.5) ** 2;
    return 0.6 * (1 - smoothstep(0.2, 1, away));
  });
  paintOutline(canvas, pose.far, FAR);
  paintOutline(canvas, pose.near, INK);
}

function paintOutline(canvas: Canvas, limbs: readonly Limb[], colour: Colour): void {
  const field = outlineField(limbs, HORSE_AREA, FLESH);
  const width = HORSE_AREA.right - HORSE_AREA.left;
  for (let at = 0; at < field.length; at++) {
    const x = at % width;
    const y = (at - x) / width;
    canvas.blend(
      HORSE.x + HORSE_AREA.left + x,
      HORSE.y + HORSE_AREA.top + y,
      colour,
      coverage(field[at] ?? 1),
    );
  }
}

/** The number for people, the title, and the number for machines. */
function paintPanel(canvas: Canvas, number: number): void {
  canvas.fill(0, PANEL_TOP, DEMO_WIDTH, DEMO_HEIGHT - PANEL_TOP, PANEL);
  Array.from(String(number).padStart(3, "0")).forEach((digit, place) => {
    drawDigit(canvas, Number(digit), 6 + place * (DIGIT_WIDTH + 3), PANEL_TOP + 3, FIGURES);
  });
  Array.from(TITLE).forEach((letter, place) => {
    drawLetter(canvas, letter, SQUARES.left + 2 + place * SQUARES.pitch, PANEL_TOP + 3, QUIET);
  });
  drawStrip(canvas, number);
}
