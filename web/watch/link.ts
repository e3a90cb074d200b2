import { GAINS, MODES, type Mode } from "./compare/mode.ts";
import { type Panel, PANELS } from "./keys.ts";
import { CONTRACT_WORDS, QUALITY_KEYS, type QualityKey, readPriority } from "./panels/settings.ts";

/** How it goes on at the end. */
export const REPEATS = ["once", "loop", "bounce"] as const;
export type Repeat = (typeof REPEATS)[number];

type Contract = (typeof CONTRACT_WORDS)[number]["contract"];

/** As a player is where nothing is said. */
const USUAL = { contract: "paced", priority: 3 } as const;

const PLACES = 10_000;

/** What a link reopens: this frame, this part and this view of a movie. */
export type Place = {
  readonly frame?: number | undefined;
  readonly in?: number | undefined;
  readonly out?: number | undefined;
  readonly repeat?: Repeat | undefined;
  /** Times its fitting size, and where: in parts of the stage. */
  readonly zoom?: number | undefined;
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly levels?: "auto" | { readonly low: number; readonly high: number } | undefined;
  readonly exposure?: number | undefined;
  readonly compare?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly offset?: number | undefined;
  /** How many times as bright a difference is. */
  readonly gain?: number | undefined;
  /** Where the edge of a wipe is, in parts of the stage. */
  readonly edge?: number | undefined;
  readonly quality?: QualityKey | undefined;
  readonly contract?: Contract | undefined;
  readonly priority?: number | undefined;
  readonly panel?: Panel | undefined;
};

/** Reads a query; what cannot be read is as if it were not there. */
export function readPlace(query: string): Place {
  const values = new URLSearchParams(query);
  const text = (name: string): string => values.get(name) ?? "";
  const whole = (name: string): number | undefined =>
    /^-?\d{1,16}$/.test(text(name)) ? Number(text(name)) : undefined;
  const real = (name: string): number | undefined => {
    const value = Number(text(name));
    return text(name) === "" || !Number.isFinite(value) ? undefined : value;
  };
  const one = <Name extends string>(name: string, all: readonly Name[]): Name | undefined =>
    all.find((each) => each === text(name));
  const compare = text("compare");
  return {
    frame: whole("frame"),
    in: whole("in"),
    out: whole("out"),
    repeat: one("repeat", REPEATS),
    zoom: real("zoom"),
    x: real("x"),
    y: real("y"),
    levels: readLevels(text("levels")),
    exposure: real("exposure"),
    compare: compare === "" ? undefined : compare,
    mode: one("mode", MODES),
    offset: whole("offset"),
    gain: GAINS.find((gain) => String(gain) === text("gain")),
    edge: part(real("edge")),
    quality: one("quality", QUALITY_KEYS),
    contract: one(
      "contract",
      CONTRACT_WORDS.map(({ contract }) => contract),
    ),
    priority: readPriority(text("priority")),
    panel: one("panel", PANELS),
  };
}

/** The query that reopens a place; what is usual is left out. */
export function placeQuery(place: Place): string {
  const values = new URLSearchParams();
  const say = (name: keyof Place, value: number | string | undefined, usual?: number | string): void => {
    if (value !== undefined && value !== usual) values.set(name, String(value));
  };
  for (const name of ["frame", "in", "out"] as const) say(name, place[name]);
  say("repeat", place.repeat, "loop");
  if (place.zoom !== undefined && place.zoom !== 1)
    for (const name of ["zoom", "x", "y"] as const) say(name, place[name]?.toFixed(4));
  const { levels } = place;
  say("levels", typeof levels === "object" ? `${levels.low},${levels.high}` : levels);
  say("exposure", place.exposure, 0);
  say("quality", place.quality, "auto");
  say("contract", place.contract, USUAL.contract);
  say("priority", place.priority, USUAL.priority);
  for (const name of ["compare", "panel"] as const) say(name, place[name]);
  if (place.compare !== undefined) {
    say("mode", place.mode, "side");
    say("offset", place.offset, 0);
    if (place.mode === "difference") say("gain", place.gain, 1);
    if (place.mode === "wipe") say("edge", place.edge === undefined ? undefined : rounded(place.edge), 0.5);
  }
  return values.size === 0 ? "" : `?${values}`;
}

/** Of the stage, from 0 to 1. */
function part(value: number | undefined): number | undefined {
  return value === undefined || value < 0 || value > 1 ? undefined : value;
}

function rounded(value: number): number {
  return Math.round(value * PLACES) / PLACES;
}

function readLevels(text: string): Place["levels"] {
  if (text === "auto") return "auto";
  const [low, high, ...rest] = text.split(",").map(Number);
  if (low === undefined || high === undefined || rest.length > 0) return undefined;
  return low < high && Number.isFinite(low) && Number.isFinite(high) ? { low, high } : undefined;
}
