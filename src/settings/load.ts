import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fault } from "../base/errors.ts";
import {
  SETTING_NAMES,
  type SettingName,
  type Settings,
  cacheHome,
  defaultOf,
  flagOf,
  rowOf,
  variableOf,
} from "../settings.ts";
import { type ConfigurationFile, type Word, readConfiguration } from "./configuration.ts";
import { type BrokenRule, brokenRule } from "./rules.ts";

/** What is read without being asked for, in the current folder. */
export const CONFIGURATION_FILE = "mutoscope.yaml";

/** Names the configuration file, as `--config` does. */
export const CONFIGURATION_VARIABLE = "MUTOSCOPE_CONFIG";

/** What the command line said: the texts by the name of their setting. */
export type Flags = { readonly [Name in SettingName]?: string | undefined };

type Environment = { readonly [name: string]: string | undefined };

/** Everywhere that settings come from. */
export type Sources = {
  readonly flags: Flags;
  /** Variables that no setting has are not ours: container platforms put their own under a service's name. */
  readonly environment: Environment;
  readonly file: ConfigurationFile | undefined;
  /** How many threads the machine runs at once. */
  readonly cores: number;
};

/**
 * The value of every setting: a flag goes before the environment, that before the configuration file,
 * that before the default. A variable that is set to nothing says nothing.
 * @throws SETTING_INVALID with where the value came from, what was found and what was expected
 */
export function resolveSettings({ flags, environment, file, cores }: Sources): Settings {
  const configured = file === undefined ? new Map<SettingName, Word>() : readConfiguration(file);
  const given = new Map<SettingName, unknown>();
  const places = new Map<SettingName, string>();
  for (const name of SETTING_NAMES) {
    const word = flagWord(flags, name) ?? environmentWord(environment, name) ?? configured.get(name);
    if (word === undefined) continue;
    given.set(name, read(name, word));
    places.set(name, word.place);
  }
  const basis = {
    cores,
    workers: numberOf(given, "workers"),
    maxWorkers: numberOf(given, "maxWorkers"),
    egress: given.get("egress") as Settings["egress"] | undefined,
    slice: given.get("slice") as Settings["slice"] | undefined,
    cacheHome: cacheHome(environment),
  };
  const values = SETTING_NAMES.map((name) => [name, given.get(name) ?? defaultOf(name, basis)]);
  const settings = Object.fromEntries(values) as Settings;
  const broken = brokenRule(settings);
  if (broken === undefined) return settings;
  throw fault("SETTING_INVALID", `${placesOf(broken, places)}: ${broken.why}`);
}

/** Where the values came from that do not fit: of a flag and a file both are told. */
function placesOf({ settings }: BrokenRule, places: ReadonlyMap<SettingName, string>): string {
  const [first = flagOf(settings[0]), ...others] = settings.flatMap((name) => places.get(name) ?? []);
  return others.length === 0 ? first : `${first} (with ${others.join(" and ")})`;
}

/** Where `loadSettings` looks. */
export type Surroundings = { readonly environment: Environment; readonly folder: string };

/**
 * Reads the settings of a process: its flags, its environment and its configuration file, which is the one
 * named, or `mutoscope.yaml` in the current folder if there is one.
 * @throws SETTING_INVALID also when the file that was named cannot be read
 */
export async function loadSettings(
  flags: Flags,
  configuration: string | undefined,
  { environment, folder }: Surroundings,
): Promise<Settings> {
  const named = configuration ?? (environment[CONFIGURATION_VARIABLE] || undefined);
  const file = await readIfThere(named ?? CONFIGURATION_FILE, folder);
  if (file === undefined && named !== undefined) {
    const place = configuration === undefined ? CONFIGURATION_VARIABLE : "--config";
    throw fault("SETTING_INVALID", `${place}: found no file "${named}", expected a configuration file`);
  }
  return resolveSettings({ flags, environment, file, cores: availableParallelism() });
}

async function readIfThere(name: string, folder: string): Promise<ConfigurationFile | undefined> {
  try {
    return { name, text: await readFile(resolve(folder, name), "utf8") };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw fault("SETTING_INVALID", `${name}: the configuration file could not be read: ${message}`, error);
  }
}

function flagWord(flags: Flags, name: SettingName): Word | undefined {
  const text = flags[name];
  return text === undefined ? undefined : { text, place: flagOf(name) };
}

function environmentWord(environment: Environment, name: SettingName): Word | undefined {
  const text = environment[variableOf(name)];
  return text === undefined || text === "" ? undefined : { text, place: variableOf(name) };
}

function read(name: SettingName, { text, place }: Word): unknown {
  const { kind } = rowOf(name);
  const value = kind.parse(text);
  if (value !== undefined) return value;
  const problem = kind.problem?.(text);
  const found = kind.isSecret === true ? `${text.length} characters` : `"${text}"`;
  const detail = problem === undefined ? found : `${found} (${problem})`;
  throw fault("SETTING_INVALID", `${place}: found ${detail}, expected ${kind.expected}`);
}

function numberOf(given: ReadonlyMap<SettingName, unknown>, name: SettingName): number | undefined {
  return given.get(name) as number | undefined;
}
