/**
 * A number from 0 up to 1 that follows from a seed and from what it is for, and from nothing else: a viewer
 * more in a scenario changes nothing for the others. The mixing is MurmurHash3's (Appleby, public domain).
 */
export function chance(seed: number, ...purpose: readonly number[]): number {
  let high = mix(seed ^ HIGH);
  let low = mix(seed ^ LOW);
  for (const part of purpose) {
    high = mix(Math.imul(high, 31) ^ part ^ HIGH);
    low = mix(Math.imul(low, 37) ^ part ^ LOW);
  }
  // 26 and 27 bits make the 53 that a number between 0 and 1 has.
  return ((high >>> 6) * 2 ** 27 + (low >>> 5)) / 2 ** 53;
}

/** A whole number from 0 up to `count`. */
export function chooseOne(count: number, seed: number, ...purpose: readonly number[]): number {
  return Math.floor(chance(seed, ...purpose) * count);
}

/** Around 0 with a standard deviation of 1 (Box and Muller 1958). */
export function normal(seed: number, ...purpose: readonly number[]): number {
  const radius = Math.sqrt(-2 * Math.log(1 - chance(seed, ...purpose, 1)));
  return radius * Math.cos(2 * Math.PI * chance(seed, ...purpose, 2));
}

const HIGH = 0x9e37_79b9;
const LOW = 0x7f4a_7c15;

function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return bits ^ (bits >>> 16);
}
