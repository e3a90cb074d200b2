/**
 * What a viewer wants when it cannot keep up: `all` slows the playback down and skips nothing, `paced`
 * skips what is late, `latest` keeps only the newest due frame waiting.
 */
export const CONTRACTS = ["all", "paced", "latest"] as const;
export type Contract = (typeof CONTRACTS)[number];

/** What a viewer wants for a frame that is missing: an error, the nearest before, a black one, or nothing. */
export const MISSING_POLICIES = ["error", "hold", "black", "skip"] as const;
export type MissingPolicy = (typeof MISSING_POLICIES)[number];
