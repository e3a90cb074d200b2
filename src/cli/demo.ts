import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { fault } from "../base/errors.ts";
import { serve } from "./serve.ts";
import { type SettingOptions, settingsOf, withSettings } from "./settingOptions.ts";
import { listenForStop } from "./stop.ts";

const EXAMPLES = `
Examples:
  mutoscope demo                     the movie sw, served to this machine
  mutoscope demo --keep images       its frames stay in images/sw1.ppm … sw100.ppm
`;

/** `mutoscope demo` */
export function demoCommand(): Command {
  return withSettings(
    new Command("demo")
      .summary("draw a movie and serve it")
      .description(
        "Draws the movie sw (100 frames of 160x120) and serves it, with the same settings as serve.",
      )
      .option("--keep <FOLDER>", "Draw into this folder and leave it there (default: a temporary one)"),
  )
    .addHelpText("after", EXAMPLES)
    .action(demo);
}

async function demo({ keep, ...options }: SettingOptions & { keep?: string }): Promise<void> {
  const settings = await settingsOf(options);
  const stop = listenForStop();
  const library = keep ?? temporaryFolder();
  const { writeDemoMovie } = await import("../main.ts");
  await writeDemoMovie(library);
  await serve(library, [{ kind: "folder", path: library }], settings, stop);
}

/** A fresh folder that goes when the process does, however it leaves short of SIGKILL. */
function temporaryFolder(): string {
  const folder = makeTemporary();
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function makeTemporary(): string {
  try {
    return mkdtempSync(join(tmpdir(), "mutoscope-demo-"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const remedy = "set TMPDIR to a folder that can be written, or use --keep FOLDER";
    throw fault("LIBRARY_UNWRITABLE", `no temporary folder for the demo movie: ${why}; ${remedy}`, error);
  }
}
