import { formatBitRate } from "../base/quantity.ts";
import { type BitRate, Bytes, GiB, KiB, MiB, type Ms } from "../base/units.ts";
import type { KernelBuffers } from "../main.ts";
import type { Settings } from "../settings.ts";
import { kernelMemory, type MemoryPart, memoryParts, programMemory } from "../settings/memory.ts";
import { type Bucket, type Promises, promisesOf } from "../settings/promises.ts";
import { alignColumns, type Column } from "./columns.ts";
import { hangingFolder } from "./serveNotes.ts";
import type { Palette } from "./palette.ts";

/** What the limits follow from. */
export type Limits = {
  readonly settings: Settings;
  readonly connections: number;
  /** The largest frame. */
  readonly frame: Bytes;
  /** Undefined where the system does not tell. */
  readonly kernel: KernelBuffers | undefined;
};

const COLUMNS: readonly Column[] = [
  { heading: "PART", side: "left" },
  { heading: "AT MOST", side: "right" },
  { heading: "HOW", side: "left" },
];

/** The limits for people. Ends in a line break. */
export function limitsText(limits: Limits, { bold, dim }: Palette): string {
  const parts = memoryParts(limits.settings, limits);
  const [headings = "", ...lines] = alignColumns(
    COLUMNS,
    [...parts, whole(parts), ...besides(limits)].map(cells),
  );
  const memory = lines.map((line, index) => (index === parts.length ? bold(line) : line));
  const note = hangingFolder(limits.settings);
  const sections = [
    [bold("Memory of the process"), `  ${dim(headings)}`, ...memory.map((line) => `  ${line}`), ""],
    [`  ${dim("The library's own memory comes on top: about 170 bytes for each of its frames.")}`, ""],
    [bold("Promises"), ...promiseLines(limits.settings).map((line) => `  ${line}`)],
    note.length === 0 ? [] : ["", ...note],
  ];
  return `${sections.flat().join("\n")}\n`;
}

/** The limits for programs: bytes, milliseconds, bits per second; null is "not limited" or "not known". */
export function limitsJson(limits: Limits): string {
  const parts = memoryParts(limits.settings, limits);
  const { betterWaits, rests, floors, client, buckets, admission } = promisesOf(limits.settings);
  const { egress, egressBurst, slice } = limits.settings;
  const value = {
    memory: { process: whole(parts).bytes, parts, besides: besides(limits) },
    egress: {
      rate: egress === "none" ? null : egress,
      burst: egressBurst,
      slice,
      client: client ?? null,
      priorities: buckets,
    },
    promises: {
      betterWaitsMs: betterWaits === undefined ? null : finite(betterWaits),
      rests: rests.map(({ priorities, isWhole, rate, after }) => {
        return { priorities, isWhole, rate, afterMs: finite(after) };
      }),
      floors: floors.map(({ priority, share, bytes, time }) => ({
        priority,
        share,
        bytes,
        waitMs: time ?? null,
      })),
      admission: admission ?? null,
    },
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function whole(parts: readonly MemoryPart[]): MemoryPart {
  return { what: "together", how: "", bytes: Bytes(parts.reduce((sum, { bytes }) => sum + bytes, 0)) };
}

/** What other processes and the kernel hold. */
function besides(limits: Limits): MemoryPart[] {
  const { settings, kernel, connections } = limits;
  const programs = programMemory(settings, limits);
  return kernel === undefined ? [programs] : [programs, kernelMemory(kernel, connections)];
}

function cells({ what, how, bytes }: MemoryPart): string[] {
  return [what, rounded(bytes), how];
}

function promiseLines(settings: Settings): string[] {
  const promises = promisesOf(settings);
  const { betterWaits, rests, floors } = promises;
  const { egress, egressBurst, slice } = settings;
  if (egress === "none" || betterWaits === undefined) {
    return [
      "There is no egress budget: bytes leave in the order of priority, and what the kernel's buffers hold",
      `for others still goes first. A hand-over has at most ${rounded(slice)}.`,
      ...ownLines(promises),
      ...floorLines(floors),
    ];
  }
  const sizes = `a hand-over of ${rounded(slice)} and a burst of ${rounded(egressBurst)}`;
  return [
    `Over any time t at most ${formatBitRate(egress)}/s × t + ${rounded(egressBurst)} leave.`,
    ...betterLines(betterWaits, sizes, floors.length > 0),
    ...ownLines(promises),
    ...rests.map(restLine),
    ...floorLines(floors),
    ...admissionLines(promises.admission),
  ];
}

function most({ rate, burst }: Bucket): string {
  return `${perSecond(rate)} × t + ${rounded(burst)} over any time t`;
}

function perSecond(rate: BitRate): string {
  return `${formatBitRate(rate)}/s`;
}

/** What one's own buckets let pass. */
function ownLines({ client, buckets }: Promises): string[] {
  return [
    ...(client === undefined
      ? []
      : [`Each client is sent at most ${most(client)}; it holds up nobody else.`]),
    ...buckets.map(
      (bucket) => `Priority ${bucket.priority} is sent at most ${most(bucket)}, all its clients together.`,
    ),
  ];
}

function admissionLines(room: Promises["admission"]): string[] {
  if (room === undefined) return [];
  return [
    `Timed playbacks are let in while those of their priority or better need at most ${perSecond(room.all)};`,
    ...room.beside.map(
      ({ upTo, rate }) =>
        `up to priority ${upTo} at most ${perSecond(rate)}, as floors of worse ones keep more;`,
    ),
    ...room.alone.map(
      ({ priority, rate }) => `those of priority ${priority} alone at most ${perSecond(rate)};`,
    ),
    "others are refused with BUSY.",
  ];
}

function betterLines(wait: Ms, sizes: string, hasFloors: boolean): string[] {
  if (wait === Number.POSITIVE_INFINITY)
    return ["The floors are the whole: whoever has none, however good its priority, is promised nothing."];
  const beside = hasFloors ? ", and the floors" : "";
  return [
    `A message of the best priority waits for others at most ${milliseconds(wait)}: ${sizes}${beside}.`,
  ];
}

function restLine({ priorities, isWhole, rate, after }: Promises["rests"][number]): string {
  const who = priorities.length === 1 ? `priority ${priorities[0]}` : `priorities ${priorities.join(", ")}`;
  if (rate === 0)
    return `The buckets of ${who} may take the whole budget: the worse ones are promised nothing.`;
  const but = isWhole ? "" : "; less what better ones without a bucket take";
  return `Beside ${who} the worse ones get ${formatBitRate(rate)}/s, after ${milliseconds(after)}${but}.`;
}

function floorLines(floors: Promises["floors"]): string[] {
  return floors.map(({ priority, share, bytes, time }) => {
    const wait = time === undefined ? `${rounded(bytes)} of others` : milliseconds(time);
    const percent = Math.round(share * 1e5) / 1e3;
    const each = "each of N equals that play untimed waits N times as long";
    return `Priority ${priority} keeps ${percent} %: between two hand-overs at most ${wait}; ${each}.`;
  });
}

function milliseconds(ms: number): string {
  return ms < 10_000 ? `${Math.ceil(ms * 10) / 10} ms` : `${Math.ceil(ms / 1000)} s`;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

const UNITS = [
  ["GiB", GiB],
  ["MiB", MiB],
  ["KiB", KiB],
] as const;

/** For people: one decimal is as exact as any of these is. */
function rounded(bytes: number): string {
  const [name, scale] = UNITS.find(([, least]) => bytes >= least) ?? (["B", 1] as const);
  return `${Math.round((bytes / scale) * 10) / 10} ${name}`;
}
