import { alongKeys, reach } from "./shapes.ts";
import type { Limb, Point } from "./shapes.ts";

/** One attitude of the horse, as bars in pixels around the middle of its back at (0, 0). */
export type HorsePose = {
  /** The body, and the legs on the viewer's side. */
  readonly near: readonly Limb[];
  /** The legs on the other side. */
  readonly far: readonly Limb[];
};

/** Bones of a leg from the body down, and how each one hangs through a stride (see `alongKeys`). */
type Leg = {
  readonly lengths: readonly number[];
  readonly radii: readonly number[];
  readonly angles: readonly (readonly number[])[];
};

// Eight keys a stride, as in Muybridge's plates of a gallop: touch-down, stance, lift-off, fold, fold,
// forward, reach, reach. Degrees from straight down, positive forwards.
const FORELEG: Leg = {
  lengths: [12.5, 9, 3.6],
  radii: [3.6, 2.1, 1.35, 1.6],
  angles: [
    [38, 6, -32, -30, 8, 52, 68, 58],
    [38, 4, -44, -112, -106, -62, 8, 46],
    [62, 30, -78, -158, -150, -110, -20, 56],
  ],
};
const HINDLEG: Leg = {
  lengths: [10, 10.5, 9.5, 3.6],
  radii: [6, 3.6, 1.9, 1.45, 1.7],
  angles: [
    [44, 18, -10, -14, 12, 44, 58, 56],
    [6, -22, -52, -74, -72, -44, -12, 4],
    [30, 6, -24, -64, -34, 6, 30, 38],
    [56, 32, -66, -128, -96, -50, 10, 54],
  ],
};

// When in a stride each foot comes down (a transverse gallop: hind, hind, fore, fore, then a moment in the
// air).
const TOUCHDOWN = { farHind: 0, nearHind: 0.11, farFore: 0.38, nearFore: 0.52 };

/** The horse at a moment of its stride, `turn` going from 0 to 1. It gallops to the right. */
export function horsePose(turn: number): HorsePose {
  const swing = Math.sin(2 * Math.PI * (turn - 0.12));
  const rise = 1.6 * Math.cos(2 * Math.PI * (turn - 0.93));
  const at = bodyFrame(rise, swing * 4.5);
  const leg = (kind: Leg, hip: Point, start: number): Limb[] =>
    legLimbs(kind, hip, turn - start, swing * 4.5);
  return {
    near: [
      ...bodyLimbs(at, swing),
      ...leg(HINDLEG, at(-15, 1), TOUCHDOWN.nearHind),
      ...leg(FORELEG, at(13, 7), TOUCHDOWN.nearFore),
    ],
    far: [...leg(HINDLEG, at(-13, 1), TOUCHDOWN.farHind), ...leg(FORELEG, at(15, 7), TOUCHDOWN.farFore)],
  };
}

/** Puts a point of the body where it lies when the body has risen and tilted. */
function bodyFrame(rise: number, tilt: number): (x: number, y: number) => Point {
  const angle = (tilt * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return (x, y) => ({ x: x * cos - y * sin, y: x * sin + y * cos - rise });
}

function bodyLimbs(at: (x: number, y: number) => Point, swing: number): Limb[] {
  const poll = at(29.5 + swing, -14.5 + swing * 1.5);
  const jaw = reach(poll, 52 + swing * 6, 3);
  const muzzle = reach(poll, 52 + swing * 6, 11.5);
  const dock = at(-22, -5);
  const tail = reach(dock, -78 - swing * 14, 8);
  return [
    limb(at(-14, 0), at(-3, 1), 8.6, 7),
    limb(at(-3, 1), at(12, 1.5), 7, 8.6),
    limb(at(15, -2), poll, 6.8, 2.9),
    limb(poll, jaw, 3, 3),
    limb(jaw, muzzle, 2.9, 1.7),
    limb(poll, reach(poll, 160 + swing * 10, 4.2), 1.3, 0.3),
    limb(dock, tail, 1.6, 2.1),
    limb(tail, reach(tail, -62 + swing * 22, 9), 2.1, 0.5),
  ];
}

function legLimbs(leg: Leg, hip: Point, turn: number, tilt: number): Limb[] {
  const limbs: Limb[] = [];
  let joint = hip;
  leg.lengths.forEach((length, bone) => {
    const next = reach(joint, alongKeys(leg.angles[bone] ?? [], turn) - tilt * 0.5, length);
    limbs.push(limb(joint, next, leg.radii[bone] ?? 1, leg.radii[bone + 1] ?? 1));
    joint = next;
  });
  return limbs;
}

const limb = (from: Point, to: Point, fromRadius: number, toRadius: number): Limb => ({
  from,
  to,
  fromRadius,
  toRadius,
});
