import { LineCounter, type ParsedNode, isMap, isScalar, parseDocument } from "yaml";
import { type Fault, fault } from "../base/errors.ts";
import { nearest } from "../base/spelling.ts";
import { SETTING_NAMES, type SettingName, keyOf } from "../settings.ts";

/** A value as someone wrote it, and where: `mutoscope.yaml:3`, `--slots`, `MUTOSCOPE_SLOTS`. */
export type Word = { readonly text: string; readonly place: string };

/** The configuration file, read. */
export type ConfigurationFile = { readonly name: string; readonly text: string };

/**
 * The settings that a configuration file gives: YAML, one `key: value` for each.
 * @throws SETTING_INVALID with the line, when it is no such file or has a key that no setting has
 */
export function readConfiguration({ name, text }: ConfigurationFile): ReadonlyMap<SettingName, Word> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number) => `${name}:${Math.max(lines.linePos(offset).line, 1)}`;
  const [error] = document.errors;
  if (error !== undefined) throw invalid(placeAt(error.pos[0]), lowerFirst(error.message));
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return new Map();
  if (!isMap<ParsedNode, ParsedNode | null>(contents)) {
    throw invalid(placeAt(contents.range[0]), "expected lines of the form key: value");
  }
  return new Map(
    contents.items.map(({ key, value }) => {
      const place = placeAt(key.range[0]);
      const setting = settingOf(isScalar(key) ? String(key.value) : "", place);
      return [setting, { text: textOf(value, setting, place), place: `${place}: ${keyOf(setting)}` }];
    }),
  );
}

function settingOf(key: string, place: string): SettingName {
  const setting = SETTING_NAMES.find((name) => keyOf(name) === key);
  if (setting !== undefined) return setting;
  const meant = nearest(key, SETTING_NAMES.map(keyOf));
  const hint = meant === undefined ? "expected a key of docs/settings.md" : `did you mean "${meant}"?`;
  throw invalid(place, `found the unknown key "${key}", ${hint}`);
}

/** The value as it is written: `010` and `1e3` are for the setting's own kind to judge, not for YAML. */
function textOf(value: ParsedNode | null, setting: SettingName, place: string): string {
  if (value === null) return "";
  if (isScalar(value) && value.source !== undefined) return value.source;
  throw invalid(`${place}: ${keyOf(setting)}`, "found a list, a map or an alias, expected one value");
}

function invalid(place: string, what: string): Fault {
  return fault("SETTING_INVALID", `${place}: ${what}`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
