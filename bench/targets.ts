import { CONVERT } from "./convert/convert.ts";
import type { Family } from "./family.ts";
import { MEMORY } from "./families/memory.ts";
import { PRIORITY } from "./families/priority.ts";
import { READING } from "./families/reading.ts";
import { RENDITIONS } from "./renditions/renditions.ts";
import { SCAN } from "./families/scan.ts";
import { DEEP } from "./web/deep.ts";
import { FIRST } from "./web/first.ts";
import { MJPEG } from "./web/mjpeg.ts";
import { PLAYER } from "./web/player.ts";
import { SINGLE } from "./web/single.ts";
import { STEADY } from "./web/steady.ts";
import { VIEWERS } from "./web/viewers.ts";
import { SEEKING } from "./families/seeking.ts";

/** What is measured of browsers' protocols. */
const CLIENTS: readonly Family[] = [MJPEG, SINGLE, FIRST, VIEWERS, STEADY, DEEP, PLAYER];

/**
 * Everything that the bench can measure.
 *
 * To add a target: write `families/NAME.ts` with a `Family` (family.ts says what it owes), and give it its
 * line here. `--only`, repetitions, random order, table, verdict and `--json` follow from that. Judging is a
 * pure function from figures to rows, with a test beside it; C programs get a line in `compile.ts`, servers
 * one in `candidates.ts`; docs/performance.md says what is measured and what limits it.
 */
export const FAMILIES: readonly Family[] = [
  READING,
  SEEKING,
  MEMORY,
  RENDITIONS,
  SCAN,
  CONVERT,
  PRIORITY,
  ...CLIENTS,
];

/** The names that `--only` takes. */
export const TARGETS: readonly string[] = FAMILIES.flatMap(({ targets }) => targets);

/** The targets that `--before` adds an earlier commit of our own server to. */
export const COMPARED_WITH_BEFORE: readonly string[] = [...READING.targets, ...SEEKING.targets];

/** Names that `--only` takes for several targets. */
export const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  priority: PRIORITY.targets,
  mjpeg: MJPEG.targets,
  single: SINGLE.targets,
  clients: CLIENTS.flatMap(({ targets }) => targets),
};
