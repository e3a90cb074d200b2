/** What an axis counts in, so that its marks are round. */
export type Scale = {
  /** Larger units are so many times the smaller ones. */
  readonly base: number;
  /** What is round between one power of the base and the next; half of each is round as well. */
  readonly round: readonly number[];
  /** Where there is nothing. */
  readonly least: number;
  readonly most?: number;
};

const DECIMAL = [1, 2, 3, 4, 5, 6, 8, 10] as const;

export const COUNTS: Scale = { base: 10, round: [2, 4, 6, 8, 10], least: 2 };
export const TIMES: Scale = { base: 10, round: DECIMAL, least: 0.001 };
export const RATIO: Scale = { base: 10, round: DECIMAL, least: 1, most: 1 };
/** Bytes a second, which are shown in bits. */
export const BITS: Scale = { base: 10, round: DECIMAL.map((each) => each / 8), least: 125 };
export const BYTES: Scale = {
  base: 1024,
  round: [1, 2, 4, 6, 8, 10, 16, 20, 32, 40, 64, 100, 128, 200, 256, 400, 512, 600, 800, 1024],
  least: 1024,
};

/** A little room above the highest line. */
const AIR = 1.02;

/** The upper end of an axis that shows all of this. */
export function topOf(highest: number, { base, round, least, most }: Scale): number {
  const wanted = highest * AIR;
  if (most !== undefined && wanted >= most) return most;
  if (wanted <= least) return least;
  let power = base ** Math.floor(Math.log(wanted) / Math.log(base) - 1);
  for (;;) {
    const fits = round.find((each) => each * power >= wanted);
    if (fits !== undefined) return fits * power;
    power *= base;
  }
}
