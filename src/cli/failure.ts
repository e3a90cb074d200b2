import { CommanderError } from "commander";
import { MutoscopeError } from "../../client/error.ts";
import { type ErrorCode, Fault } from "../base/errors.ts";
import { printable } from "../base/printable.ts";
import type { Palette } from "./palette.ts";

/**
 * How the process ends: 1 for the world's faults, 2 for what was typed or set wrongly, 70 for our bugs
 * (sysexits.h).
 */
export const STATUS = { ok: 0, fault: 1, usage: 2, bug: 70 } as const;

/** What the process says on standard error, and its exit status. */
export type Failure = { readonly text: string; readonly status: number };

/** What to do next, where it does not follow from what was found. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  SETTING_INVALID: "All settings: mutoscope serve --help, or docs/settings.md.",
  SCENARIO_INVALID: "The format of scenarios: docs/simulate.md; examples: mutoscope simulate --help.",
  LIBRARY_UNREADABLE:
    "Name a folder that is there and that you may read; mutoscope demo serves one of its own.",
  ADDRESS_IN_USE:
    "Is a mutoscope running already? Other ports: --classic PORT, --http PORT; 0 takes any free one.",
  SERVER_UNREACHABLE: "Is a server running there? mutoscope serve FOLDER listens on http://127.0.0.1:8080.",
  ADDRESS_UNAVAILABLE:
    "--host takes an address of this machine, and ports below 1024 need rights: --classic PORT, --http PORT.",
};

/** Faults of what was typed, and of nothing else. */
const OF_USAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "SETTING_INVALID",
  "OPTION_INVALID",
  "PRIORITY_INVALID",
  "FRAME_NUMBER_INVALID",
  "PATTERN_INVALID",
  "RENDITION_INVALID",
  "SCENARIO_INVALID",
]);

/**
 * A fault becomes one sentence and a hint, a mistake of the command line its status, anything else shows its
 * stack.
 */
export function explain(error: unknown, { bold, red, dim }: Palette): Failure {
  // Commander has said what is wrong by the time it throws.
  if (error instanceof CommanderError)
    return { text: "", status: error.exitCode === 0 ? STATUS.ok : STATUS.usage };
  if (!(error instanceof Fault) && !(error instanceof MutoscopeError))
    return { text: `mutoscope: ${stackOf(error)}\n`, status: STATUS.bug };
  const code = error.code as ErrorCode;
  const hint = HINTS[code];
  const sentence = `${bold("mutoscope:")} ${red(error.code)} ${printable(error.message)}\n`;
  return {
    text: hint === undefined ? sentence : `${sentence}${dim(hint)}\n`,
    status: OF_USAGE.has(code) ? STATUS.usage : STATUS.fault,
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
