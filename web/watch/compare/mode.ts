/** How two movies are seen together. */
export const MODES = ["side", "wipe", "difference"] as const;
export type Mode = (typeof MODES)[number];
