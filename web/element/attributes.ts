import { DEFAULT_WISHES, MISSING, type Wishes } from "./wishes.ts";

/** Attributes that say how to play. */
export const WISH_ATTRIBUTES = ["loop", "bounce", "contract", "missing", "priority"] as const;

const WORST_PRIORITY = 255;

/** What the attributes of a tag wish; what cannot be is left at its default, as on every tag. */
export function readWishes(get: (name: string) => string | null): Partial<Wishes> {
  return {
    loop: get("loop") !== null,
    bounce: get("bounce") !== null,
    contract: oneOf(get("contract"), ["all", "paced", "latest"], DEFAULT_WISHES.contract),
    missing: MISSING.find((policy) => policy === get("missing")),
    priority: readPriority(get("priority")),
  };
}

function oneOf<T extends string>(text: string | null, words: readonly T[], otherwise: T): T {
  return words.find((word) => word === text) ?? otherwise;
}

function readPriority(text: string | null): number {
  if (text === null || !/^\d{1,3}$/.test(text)) return DEFAULT_WISHES.priority;
  return Math.min(Number(text), WORST_PRIORITY);
}
