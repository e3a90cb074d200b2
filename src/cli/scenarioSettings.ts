import { present } from "../base/assert.ts";
import type { BitRate, Bytes } from "../base/units.ts";
import { type Basis, SETTING_NAMES, type SettingName, type Settings } from "../settings.ts";
import { defaultOf, keyOf, rowOf } from "../settings.ts";
import { brokenRule } from "../settings/rules.ts";
import { type ScenarioFile, invalid, readWord, type Word } from "../simulate/document.ts";
import { seedKind } from "../simulate/kinds.ts";
import { readScenario, type ServerReader } from "../simulate/read.ts";
import type { Scenario } from "../simulate/scenario.ts";
import { type ServerValues, serverModel } from "../simulate/serverModel.ts";

/** Settings that a simulated server has: the others are about sockets, files and logs. */
const SIMULATED = [
  "workers",
  "cache",
  "slots",
  "ringBytes",
  "batch",
  "slice",
  "window",
  "inFlight",
  "egress",
  "egressBurst",
  "clientEgress",
  "priorityEgress",
  "policy",
  "floors",
  "admission",
] as const satisfies readonly SettingName[];

/** What defaults are worked out from: a result must not depend on the machine that it was simulated on. */
const MACHINE = { cores: 4, maxWorkers: undefined, cacheHome: "" } as const;

const names = new Map<string, SettingName>(SIMULATED.map((name) => [keyOf(name), name]));

/** Reads a scenario whose server has the settings' names, kinds and rules. @throws SCENARIO_INVALID */
export function parseScenario(file: ScenarioFile): Scenario {
  return readScenario(file, settingsReader);
}

/** @throws SCENARIO_INVALID */
export function parseSeed(word: Word): number {
  return readWord(word, seedKind);
}

/** A scenario's server has the settings' own names, kinds, defaults and rules. */
const settingsReader: ServerReader = {
  keys: [...names.keys()],
  read: (words, place) => serverModel(valuesOf(words, place)),
};

function valuesOf(words: ReadonlyMap<string, Word>, place: string): ServerValues {
  const given = new Map<SettingName, unknown>();
  const places = new Map<SettingName, string>();
  for (const [key, word] of words) {
    const name = present(names.get(key), "a key that was not asked for");
    given.set(name, readWord(word, rowOf(name).kind));
    places.set(name, word.place);
  }
  const basis: Basis = {
    ...MACHINE,
    workers: given.get("workers") as number | undefined,
    egress: given.get("egress") as BitRate | "none" | undefined,
    slice: given.get("slice") as Bytes | undefined,
  };
  const values = SETTING_NAMES.map((name) => [name, given.get(name) ?? defaultOf(name, basis)]);
  const settings = Object.fromEntries(values) as Settings;
  const broken = brokenRule(settings);
  if (broken === undefined) return settings;
  const [where = place] = broken.settings.flatMap((name) => places.get(name) ?? []);
  throw invalid(where, broken.why);
}
