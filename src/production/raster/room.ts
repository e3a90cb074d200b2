import { MiB } from "../../base/units.ts";

/** Takes memory for bytes that are all written before they are read. What lies in it before is anything. */
export type Room = (bytes: number) => Uint8Array<ArrayBuffer>;

/** Memory of its own for each. */
export const ownRoom: Room = (bytes) => new Uint8Array(bytes);

/** Larger pictures get memory of their own: what a worker keeps has a bound. */
const ROOM_KEPT = 8 * MiB;

/**
 * Memory that is used again for the next picture, for a thread that makes one after the other: taking it
 * anew, and clearing it, costs a tenth of making a small JPEG.
 */
export function keptRoom(): Room {
  let kept = new Uint8Array(0);
  return (bytes) => {
    if (bytes > ROOM_KEPT) return ownRoom(bytes);
    if (bytes > kept.byteLength) kept = new Uint8Array(bytes);
    return kept.subarray(0, bytes);
  };
}
