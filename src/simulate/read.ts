import { CONTRACTS } from "../base/contract.ts";
import { bitRate } from "../base/egressKind.ts";
import { choice } from "../base/kind.ts";
import { nearest } from "../base/spelling.ts";
import { DEFAULT_RATE } from "../base/rate.ts";
import { type BitRate, Bytes, bytesPerMs, DEFAULT_PRIORITY, MiB, Ms } from "../base/units.ts";
import { invalid, openDocument, type ScenarioFile, type Section, type Word } from "./document.ts";
import {
  bufferSize,
  diskCount,
  frameCount,
  length,
  lossKind,
  MOST_FRAMES,
  MOST_VIEWERS,
  paceKind,
  priorityKind,
  rateKind,
  seedKind,
  shortTime,
  sizeModel,
  spanKind,
  stallsKind,
  viewerCount,
} from "./kinds.ts";
import { remarksOn } from "./remarks.ts";
import type { AudienceModel, MovieModel, ProductionModel, Scenario, ServerModel } from "./scenario.ts";
import type { Link } from "./sink.ts";

/** What reads the part of a scenario that is made of a server's settings. */
export interface ServerReader {
  readonly keys: readonly string[];
  /** @param place of the section @throws SCENARIO_INVALID */
  read(words: ReadonlyMap<string, Word>, place: string): ServerModel;
}

const TOP = ["seed", "duration", "uplink", "server", "production", "movies", "viewers"] as const;
const MOVIE = ["frames", "size", "fps"] as const;
const PRODUCTION = ["time", "per-megabyte", "disks", "disk-rate", "seek"] as const;
const LINK = ["rate", "delay", "buffer", "stalls", "lost"] as const;
const VIEWERS = [
  "name",
  "count",
  "priority",
  "movie",
  "fps",
  "contract",
  "link",
  "arrive",
  "stay",
  "seek-every",
] as const;

/** What is not said: a frame of the demo movie, an office's network, Linux's largest `tcp_wmem`. */
const DEFAULTS = {
  seed: 1,
  duration: Ms(10_000),
  uplink: 10e9 as BitRate,
  frames: 1000,
  size: { kind: "fixed", bytes: 57_654 },
  linkRate: 1e9 as BitRate,
  delay: 1,
  buffer: Bytes(4 * MiB),
  /** Everyone at the same moment would be a storm of its own. */
  arrive: { from: 0, to: 1000 },
  time: 0.1,
  perMegabyte: 0.5,
  diskRate: 4e9 as BitRate,
  seek: 0,
} as const;

const contractKind = choice(CONTRACTS, "CONTRACT");

/**
 * Reads a scenario. Every field has a default but `viewers`.
 * @throws SCENARIO_INVALID with line, field, what was found and what was expected
 */
export function readScenario(file: ScenarioFile, server: ServerReader): Scenario {
  const top = openDocument(file, TOP);
  const movies = readMovies(top);
  const uplink = top.read("uplink", bitRate) ?? DEFAULTS.uplink;
  const duration = top.read("duration", length) ?? DEFAULTS.duration;
  const audiences = readViewers(top, movies);
  const scenario = {
    seed: top.read("seed", seedKind) ?? DEFAULTS.seed,
    duration,
    uplink: perMs(uplink),
    server: readServer(top, server),
    production: readProduction(top.section("production", PRODUCTION)),
    movies,
    audiences,
    remarks: remarksOn({ duration, audiences }, top.sections("viewers", VIEWERS)),
  };
  refuseEndless(scenario, top);
  return scenario;
}

function readServer(top: Section, reader: ServerReader): ServerModel {
  const section = top.section("server", reader.keys);
  const words = section.keys.map((key) => [key, section.word(key)] as const);
  return reader.read(
    new Map(words.flatMap(([key, word]) => (word === undefined ? [] : [[key, word] as const]))),
    section.place(),
  );
}

function readMovies(top: Section): MovieModel[] {
  const section = top.section("movies");
  const names = section.keys.length > 0 ? section.keys : ["movie"];
  const movies = names.map((name) => {
    const fields = section.section(name, MOVIE);
    return {
      name,
      frames: fields.read("frames", frameCount) ?? DEFAULTS.frames,
      size: fields.read("size", sizeModel) ?? DEFAULTS.size,
      rate: fields.read("fps", rateKind) ?? DEFAULT_RATE,
    };
  });
  const frames = movies.map((movie) => movie.frames);
  refuseMany(frames, { what: "frames", most: MOST_FRAMES, place: top.place("movies") });
  return movies;
}

/** What is few enough each may be too much together. */
function refuseMany(
  counts: readonly number[],
  { what, most, place }: { readonly what: string; readonly most: number; readonly place: string },
): void {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all > most) throw invalid(place, `found ${all} ${what} in all, expected at most ${most}`);
}

function readProduction(section: Section): ProductionModel {
  const fixed = section.read("time", shortTime) ?? DEFAULTS.time;
  const perMegabyte = section.read("per-megabyte", shortTime) ?? DEFAULTS.perMegabyte;
  const count = section.read("disks", diskCount) ?? 0;
  const rate = perMs(section.read("disk-rate", bitRate) ?? DEFAULTS.diskRate);
  const seek = section.read("seek", shortTime) ?? DEFAULTS.seek;
  return { fixed, perByte: perMegabyte / 1e6, disks: count === 0 ? undefined : { count, rate, seek } };
}

function readViewers(top: Section, movies: readonly MovieModel[]): AudienceModel[] {
  const sections = top.sections("viewers", VIEWERS);
  if (sections.length === 0) {
    throw invalid(top.place("viewers"), 'found none, expected a list such as "- count: 40"');
  }
  const audiences = sections.map((section, index) => readAudience(section, index, movies));
  const counts = audiences.map(({ count }) => count);
  refuseMany(counts, { what: "viewers", most: MOST_VIEWERS, place: top.place("viewers") });
  return audiences;
}

function readAudience(section: Section, index: number, movies: readonly MovieModel[]): AudienceModel {
  const pace = section.read("fps", paceKind) ?? "movie";
  const link = section.section("link", LINK);
  return {
    name: section.word("name")?.text ?? `viewers ${index + 1}`,
    count: section.read("count", viewerCount) ?? 1,
    priority: section.read("priority", priorityKind) ?? DEFAULT_PRIORITY,
    movies: section.words("movie")?.map((word) => movieOf(word, movies)) ?? movies,
    pace,
    contract: contractOf(section, pace),
    link: readLink(link),
    loss: link.read("lost", lossKind),
    arrive: section.read("arrive", spanKind) ?? DEFAULTS.arrive,
    stay: section.read("stay", length),
    seekEvery: section.read("seek-every", length),
  };
}

function contractOf(section: Section, pace: AudienceModel["pace"]): AudienceModel["contract"] {
  const contract = section.read("contract", contractKind);
  if (pace !== "untimed") return contract ?? "paced";
  if (contract === undefined || contract === "all") return "all";
  const what = `found ${contract} for untimed viewers, expected all: nothing is late without a pace`;
  throw invalid(section.place("contract"), what);
}

function readLink(section: Section): Link {
  return {
    rate: perMs(section.read("rate", bitRate) ?? DEFAULTS.linkRate),
    delay: section.read("delay", shortTime) ?? DEFAULTS.delay,
    buffer: section.read("buffer", bufferSize) ?? DEFAULTS.buffer,
    stalls: section.read("stalls", stallsKind) ?? [],
  };
}

function movieOf({ text, place }: Word, movies: readonly MovieModel[]): MovieModel {
  const movie = movies.find(({ name }) => name === text);
  if (movie !== undefined) return movie;
  const names = movies.map(({ name }) => name);
  const meant = nearest(text, names);
  const hint = meant === undefined ? `expected one of ${names.join(", ")}` : `did you mean "${meant}"?`;
  throw invalid(place, `found the movie "${text}", which is not among movies, ${hint}`);
}

/** Who reads without end, at any speed, over links without limit, would need no time for ever. */
function refuseEndless({ uplink, server, audiences }: Scenario, top: Section): void {
  const { egress } = server.dispatcher;
  if (Number.isFinite(uplink) || egress?.server !== undefined || egress?.client !== undefined) return;
  const sections = top.sections("viewers", VIEWERS);
  for (const [index, { pace, link, priority }] of audiences.entries()) {
    const isLimited = Number.isFinite(link.rate) || egress?.priorities?.has(priority) === true;
    if (pace !== "untimed" || isLimited) continue;
    const place = sections[index]?.place("fps") ?? top.place("viewers");
    const expected = "expected a rate of their link, an uplink or an egress";
    throw invalid(place, `found untimed viewers whom nothing limits, ${expected}`);
  }
}

function perMs(rate: BitRate | "none"): number {
  return rate === "none" ? Number.POSITIVE_INFINITY : bytesPerMs(rate);
}
