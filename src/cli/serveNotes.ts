import type { Settings } from "../settings.ts";

/**
 * What these settings mean for a folder that hangs, where they leave nothing for the others: a share of the
 * workers is kept from it only when there may be more than the permanent ones.
 */
export function hangingFolder({ workers, maxWorkers }: Settings): string[] {
  if (maxWorkers > workers) return [];
  const all = workers === 1 ? "the only worker" : `all ${workers} workers`;
  return [
    `max-workers is as many as workers: a folder that hangs, such as a dead mount, may take ${all},`,
    "and no movie then gets frames that are not in the cache. With twice as many it takes half.",
  ];
}
