import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { LOOPBACK_FIRST, bestPriorities } from "./base/addressBlocks.ts";
import { bitRate, bitRates, share, shares } from "./base/egressKind.ts";
import { type Kind, choice, duration, host, path, port, portOrOff, size, whole } from "./base/kind.ts";
import { LOG_LEVELS } from "./base/logLevel.ts";
import { origins } from "./base/origins.ts";
import { secret } from "./base/secret.ts";
import { type BitRate, Bytes, GiB, KiB, MiB, Ms } from "./base/units.ts";
import { LEAST_SLICE, burstFor, sliceFor } from "./base/handOvers.ts";

/** What defaults are worked out from. The numbers of workers are those given, if any. */
export type Basis = {
  readonly cores: number;
  readonly workers: number | undefined;
  readonly maxWorkers: number | undefined;
  readonly egress: BitRate | "none" | undefined;
  readonly slice: Bytes | undefined;
  /** Where this user's programs keep what they can make again. */
  readonly cacheHome: string;
};

/** A default that depends on the machine or on another setting; `text` says how. */
type Derived<T> = { readonly text: string; readonly derive: (basis: Basis) => T };

/** One setting. Its flag, environment variable and key in the configuration file follow from its name. */
export type Row<T> = {
  /** The heading it stands under in help and on the reference page. */
  readonly group: Group;
  readonly kind: Kind<T>;
  readonly default: NoInfer<T> | Derived<NoInfer<T>>;
  readonly sentence: string;
};

/** How changes of the library are seen. */
export const WATCH_MODES = ["auto", "poll", "off"] as const;

/** Who goes first when there is not enough to go round. */
export const POLICIES = ["strict", "weighted"] as const;

export const GROUPS = [
  "Listening",
  "Library",
  "Connections",
  "Production",
  "Ring and dispatcher",
  "Egress",
  "Running",
] as const;
export type Group = (typeof GROUPS)[number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A worker takes 10 to 15 MB before it reads its first frame. */
const MOST_WORKERS = 128;

/**
 * Where a buffer's bound may lie: room for one small frame up to more than any machine that this runs on has.
 */
const memory = size(MiB, 1024 * GiB);

const row = <T>(row: Row<T>): Row<T> => row;

/**
 * The one table of settings. Flags, environment, configuration file, help and the reference page follow from
 * it.
 */
export const SETTINGS = {
  classic: row({
    group: "Listening",
    kind: port,
    default: 7038,
    sentence: "The port of the classic protocol; 0 takes any free one.",
  }),
  http: row({
    group: "Listening",
    kind: portOrOff,
    default: 8080,
    sentence: "The port of HTTP and WebSocket; 0 takes any free one, off listens on none.",
  }),
  host: row({
    group: "Listening",
    kind: host,
    default: "127.0.0.1",
    sentence:
      "The address to listen on: loopback serves this machine only, 0.0.0.0 or :: everyone who can reach it.",
  }),
  movies: row({
    group: "Library",
    kind: path,
    default: { text: "none", derive: () => "" },
    sentence: "A file that describes movies by name, for folders that no description can be put into.",
  }),
  watch: row({
    group: "Library",
    kind: choice(WATCH_MODES, "HOW"),
    default: "auto",
    sentence:
      "How changes are seen: auto hears of them and polls network mounts, poll polls all, off sees none.",
  }),
  pollInterval: row({
    group: "Library",
    kind: duration(100, HOUR),
    default: Ms(2 * SECOND),
    sentence: "How often polled folders are looked at, at most.",
  }),
  maxConnections: row({
    group: "Connections",
    kind: whole(0, 1_000_000),
    default: 0,
    sentence:
      "How many connections may be open; 0 is as many as the limit of open files allows, less a reserve.",
  }),
  bestPriority: row({
    group: "Connections",
    kind: bestPriorities,
    default: LOOPBACK_FIRST,
    sentence:
      "The best priority clients of an address may have (smaller is better); a better wish is lowered to it.",
  }),
  operatorToken: row({
    group: "Connections",
    kind: secret,
    default: "none",
    sentence:
      "What lets other machines change or end others' playbacks; better in the environment than in a flag.",
  }),
  cors: row({
    group: "Connections",
    kind: origins,
    default: { text: "none", derive: () => [] },
    sentence:
      "Origins of web pages, besides its own, that may read what the server answers; * is all of them.",
  }),
  requestLimit: row({
    group: "Connections",
    kind: size(64, MiB),
    default: Bytes(4 * KiB),
    sentence: "How long one request may be.",
  }),
  firstRequest: row({
    group: "Connections",
    kind: duration(100, HOUR),
    default: Ms(30 * SECOND),
    sentence: "How long a new connection may take to its first request.",
  }),
  idleTimeout: row({
    group: "Connections",
    kind: duration(SECOND, 30 * DAY),
    default: Ms(10 * MINUTE),
    sentence: "How long a connection may neither ask for anything nor receive anything.",
  }),
  stallTimeout: row({
    group: "Connections",
    kind: duration(SECOND, 30 * DAY),
    default: Ms(5 * MINUTE),
    sentence: "How long a client may take no bytes while some wait for it.",
  }),
  unterminated: row({
    group: "Connections",
    kind: duration(10, MINUTE),
    default: Ms(SECOND),
    sentence: "How long without input ends a first request that has no end, as old clients send it.",
  }),
  workers: row({
    group: "Production",
    kind: whole(1, MOST_WORKERS),
    default: {
      text: "one per core",
      derive: ({ cores, maxWorkers }) => Math.min(cores, maxWorkers ?? MOST_WORKERS),
    },
    sentence: "Permanent workers, which read and decode frames.",
  }),
  maxWorkers: row({
    group: "Production",
    kind: whole(1, 4 * MOST_WORKERS),
    default: { text: "4 × workers", derive: ({ cores, workers }) => 4 * (workers ?? cores) },
    sentence: "Permanent and temporary workers together; temporary ones are added while all are busy.",
  }),
  workerIdle: row({
    group: "Production",
    kind: duration(100, DAY),
    default: Ms(10 * SECOND),
    sentence: "How long a temporary worker stays without work.",
  }),
  cache: row({
    group: "Production",
    kind: memory,
    default: Bytes(512 * MiB),
    sentence: "Memory for produced frames that may be asked for again.",
  }),
  cacheDir: row({
    group: "Production",
    kind: path,
    default: { text: "mutoscope in the user's cache folder", derive: ({ cacheHome }) => cacheHome },
    sentence: "The folder for converted frames, which may be asked for again after a restart.",
  }),
  diskCache: row({
    group: "Production",
    kind: size(0, 1024 * 1024 * GiB),
    default: Bytes(4 * GiB),
    sentence: "How much disk converted frames may take; 0 keeps none.",
  }),
  frameLimit: row({
    group: "Production",
    kind: size(KiB, 2 * GiB),
    default: Bytes(256 * MiB),
    sentence: "How large one frame may be, as a file and as a picture; a larger one is an error.",
  }),
  slots: row({
    group: "Ring and dispatcher",
    kind: whole(1, 1_048_576),
    default: 4096,
    sentence: "How many messages the ring holds.",
  }),
  ringBytes: row({
    group: "Ring and dispatcher",
    kind: memory,
    default: Bytes(256 * MiB),
    sentence: "How many bytes the ring holds; one larger message goes alone.",
  }),
  batch: row({
    group: "Ring and dispatcher",
    kind: whole(1, 1024),
    default: 8,
    sentence: "How many hand-overs the dispatcher makes before it looks at new input.",
  }),
  slice: row({
    group: "Ring and dispatcher",
    kind: size(LEAST_SLICE, MiB),
    default: { text: "5 ms of egress, 16KiB to 256KiB", derive: ({ egress }) => sliceFor(egress) },
    sentence: "The largest hand-over: what a large message is cut into, and what a better one waits for.",
  }),
  window: row({
    group: "Ring and dispatcher",
    kind: size(KiB, GiB),
    default: Bytes(512 * KiB),
    sentence: "How many bytes of one playback wait in the ring; two messages may, whatever their size.",
  }),
  inFlight: row({
    group: "Ring and dispatcher",
    kind: memory,
    default: Bytes(512 * MiB),
    sentence:
      "How many bytes may be under way to all clients; beyond it the one longest without progress is closed.",
  }),
  egress: row({
    group: "Egress",
    kind: bitRate,
    default: "none",
    sentence:
      "What the server sends at most, as 900Mbit, to all together; below the link's rate, priority holds.",
  }),
  egressBurst: row({
    group: "Egress",
    kind: size(LEAST_SLICE, GiB),
    default: {
      text: "10 ms of egress, at least a slice",
      derive: ({ egress, slice }) => {
        const largest = slice ?? sliceFor(egress);
        return egress === undefined || egress === "none" ? largest : burstFor(egress, largest);
      },
    },
    sentence: "How many bytes may leave at once after the server was quiet; at least a slice.",
  }),
  clientEgress: row({
    group: "Egress",
    kind: bitRate,
    default: "none",
    sentence: "What one client is sent at most, over one connection; it holds up nobody else.",
  }),
  priorityEgress: row({
    group: "Egress",
    kind: bitRates,
    default: { text: "none", derive: () => new Map() },
    sentence: "What the clients of a priority are sent at most, all together, as 5=20Mbit,9=1Mbit.",
  }),
  policy: row({
    group: "Egress",
    kind: choice(POLICIES, "POLICY"),
    default: "strict",
    sentence:
      "Who goes next: strict is the best priority always; weighted keeps the floors, so nothing starves.",
  }),
  floors: row({
    group: "Egress",
    kind: shares,
    default: { text: "none", derive: () => new Map() },
    sentence:
      "Under weighted, the share of what is sent that a priority keeps, as 3=20%,9=5%, whatever others want.",
  }),
  admission: row({
    group: "Egress",
    kind: share,
    default: "off",
    sentence:
      "The share of egress, as 80%, that admitted timed playbacks may need; others are refused (BUSY).",
  }),
  shutdown: row({
    group: "Running",
    kind: duration(0, HOUR),
    default: Ms(8 * SECOND),
    sentence: "How long the server, told to stop, may take to finish the frames under way.",
  }),
  logLevel: row({
    group: "Running",
    kind: choice(LOG_LEVELS, "LEVEL"),
    default: "info",
    sentence: "What is logged on standard error; each level includes those before it.",
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;

/** The value of every setting. */
export type Settings = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Row<infer T> ? T : never;
};

/** A row whose values are not looked at. */
export type AnyRow = Row<unknown>;

/** Every setting, in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export function rowOf(name: SettingName): AnyRow {
  return SETTINGS[name];
}

/** `max-workers`: the key in the configuration file, and with two dashes the flag. */
export function keyOf(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `--max-workers`. */
export function flagOf(name: SettingName): string {
  return `--${keyOf(name)}`;
}

/** `MUTOSCOPE_MAX_WORKERS`. */
export function variableOf(name: SettingName): string {
  return `MUTOSCOPE_${keyOf(name).replaceAll("-", "_").toUpperCase()}`;
}

/** What a setting is when nothing is said, as a text: a value that can be typed, or how it is worked out. */
export function defaultText(name: SettingName): string {
  const { kind, default: value } = rowOf(name);
  return isDerived(value) ? value.text : kind.format(value);
}

/** What a setting is when nothing is said. */
export function defaultOf(name: SettingName, basis: Basis): unknown {
  const { default: value } = rowOf(name);
  return isDerived(value) ? value.derive(basis) : value;
}

/** Every setting at its default: what tests and programs of one's own start from. */
export function defaultSettings(cores = availableParallelism()): Settings {
  const basis = {
    cores,
    workers: undefined,
    maxWorkers: undefined,
    egress: undefined,
    slice: undefined,
    cacheHome: cacheHome(process.env),
  };
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, defaultOf(name, basis)])) as Settings;
}

/** By the XDG base directory specification. */
export function cacheHome(environment: { readonly [name: string]: string | undefined }): string {
  return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "mutoscope");
}

function isDerived(value: unknown): value is Derived<unknown> {
  return typeof value === "object" && value !== null && "derive" in value;
}
