/** How two movies are seen together. */
export const MODES = ["side", "wipe", "difference"] as const;
export type Mode = (typeof MODES)[number];

/** Differences that the eye does not see are brightened. */
export const GAINS = [1, 4, 16] as const;
