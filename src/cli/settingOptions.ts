import { type Command, Option } from "commander";
import {
  SETTING_NAMES,
  type SettingName,
  type Settings,
  defaultText,
  flagOf,
  rowOf,
  variableOf,
} from "../settings.ts";
import { CONFIGURATION_FILE, CONFIGURATION_VARIABLE, type Flags, loadSettings } from "../settings/load.ts";

/**
 * What the options of `withSettings` leave behind, by commander's names for them, which are the settings'.
 */
export type SettingOptions = Flags & { readonly config?: string };

/** Gives a command one option for each setting, and `--config`. */
export function withSettings(command: Command): Command {
  for (const name of SETTING_NAMES) command.addOption(optionFor(name));
  const instead = `default ${CONFIGURATION_FILE}, if there is one; ${CONFIGURATION_VARIABLE}`;
  const sentence = `Read settings from this file (${instead})`;
  return command.addOption(new Option("--config <FILE>", sentence).helpGroup("Running:"));
}

/** The settings of this process. @throws SETTING_INVALID */
export function settingsOf({ config, ...flags }: SettingOptions): Promise<Settings> {
  return loadSettings(flags, config, { environment: process.env, folder: process.cwd() });
}

// Texts stay texts here: one place reads them, whether they come from a flag, the environment or the file.
function optionFor(name: SettingName): Option {
  const { group, kind, sentence } = rowOf(name);
  const origin = `(default ${defaultText(name)}; ${variableOf(name)})`;
  const description = `${sentence.replace(/\.$/, "")} ${origin}`;
  return new Option(`${flagOf(name)} <${kind.placeholder}>`, description).helpGroup(`${group}:`);
}
