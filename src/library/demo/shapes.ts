import type { Area } from "./canvas.ts";

/** A point in pixels, y downwards. */
export type Point = { readonly x: number; readonly y: number };

/** A round-ended bar that may get thinner: a bone with its flesh. Radii in pixels. */
export type Limb = {
  readonly from: Point;
  readonly to: Point;
  readonly fromRadius: number;
  readonly toRadius: number;
};

/**
 * Signed distance of a point from the limb's edge, negative inside. The radius is taken as linear along the
 * bone, which is exact enough while the limb is longer than it is thick.
 */
export function limbDistance(limb: Limb, x: number, y: number): number {
  const dx = limb.to.x - limb.from.x;
  const dy = limb.to.y - limb.from.y;
  const px = x - limb.from.x;
  const py = y - limb.from.y;
  const share = Math.min(Math.max((px * dx + py * dy) / (dx * dx + dy * dy || 1), 0), 1);
  const ax = px - dx * share;
  const ay = py - dy * share;
  return Math.sqrt(ax * ax + ay * ay) - (limb.fromRadius + (limb.toRadius - limb.fromRadius) * share);
}

/** The smaller of two distances, with the joint filled by a fillet about `radius` pixels wide. */
export function blendDistances(a: number, b: number, radius: number): number {
  const overlap = Math.max(radius - Math.abs(a - b), 0) / radius;
  return Math.min(a, b) - (overlap * overlap * radius) / 4;
}

/**
 * Signed distances of an area's pixel centres from the outline of some limbs, row by row. Near the outline
 * they are true; farther away than a fillet they only say inside or outside.
 */
export function outlineField(limbs: readonly Limb[], area: Area, fillet: number): Float32Array {
  const width = area.right - area.left;
  const field = new Float32Array(width * (area.bottom - area.top)).fill(fillet * 2);
  for (const limb of limbs) {
    const margin = Math.max(limb.fromRadius, limb.toRadius) + fillet;
    const left = Math.max(Math.floor(Math.min(limb.from.x, limb.to.x) - margin), area.left);
    const right = Math.min(Math.ceil(Math.max(limb.from.x, limb.to.x) + margin), area.right);
    const top = Math.max(Math.floor(Math.min(limb.from.y, limb.to.y) - margin), area.top);
    const bottom = Math.min(Math.ceil(Math.max(limb.from.y, limb.to.y) + margin), area.bottom);
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        const at = (y - area.top) * width + x - area.left;
        field[at] = blendDistances(field[at] ?? 0, limbDistance(limb, x + 0.5, y + 0.5), fillet);
      }
  }
  return field;
}

/** The point `length` pixels away; the angle is in degrees, 0 straight down, positive to the right. */
export function reach(from: Point, degrees: number, length: number): Point {
  const angle = (degrees * Math.PI) / 180;
  return { x: from.x + Math.sin(angle) * length, y: from.y + Math.cos(angle) * length };
}

/**
 * A value of a closed curve through evenly spaced keys, `turn` going from 0 to 1 once around (Catmull-Rom).
 */
export function alongKeys(keys: readonly number[], turn: number): number {
  const position = (turn - Math.floor(turn)) * keys.length;
  const index = Math.floor(position);
  const key = (offset: number): number => keys[(index + offset + keys.length) % keys.length] ?? 0;
  const [a, b, c, d] = [key(-1), key(0), key(1), key(2)];
  const t = position - index;
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
