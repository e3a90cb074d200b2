import { Command } from "commander";
import { formatDuration } from "../base/quantity.ts";
import type { Settings } from "../settings.ts";
import { SHOWN_MOVIES, banner } from "./banner.ts";
import { endSoon } from "./linger.ts";
import { lookAtMovies } from "./movieTable.ts";
import { paletteFor } from "./palette.ts";
import { type SettingOptions, settingsOf, withSettings } from "./settingOptions.ts";
import { type Stop, listenForStop } from "./stop.ts";

const EXAMPLES = `
Examples:
  mutoscope serve ~/renders                       every sequence below the folder, for this machine
  mutoscope serve ~/renders --host 0.0.0.0        for everyone who can reach this machine
  mutoscope serve images --classic 7100 --slots 64 --batch 8
  MUTOSCOPE_WORKERS=2 mutoscope serve images

Every setting can also be a line of a configuration file, such as "slots: 64".
`;

/** `mutoscope serve LIBRARY` */
export function serveCommand(): Command {
  return withSettings(
    new Command("serve")
      .summary("serve the movies of a folder")
      .description("Serves the movies of a folder: every sequence of numbered pictures in it and below it.")
      .argument("<library>", "the folder"),
  )
    .addHelpText("after", EXAMPLES)
    .action(async (library: string, options: SettingOptions) => {
      await serve(library, await settingsOf(options), listenForStop());
    });
}

/**
 * Serves until asked to stop, then closes in order. @throws the fault for which the server could not start
 */
export async function serve(library: string, settings: Settings, stop: Stop): Promise<void> {
  // Help and errors of the command line answer without loading the server.
  const { probeFrame, startServer } = await import("../main.ts");
  const server = await startServer(settings, library);
  const movies = await lookAtMovies(server.catalogue.movies.slice(0, SHOWN_MOVIES), probeFrame);
  say(banner({ library, server, movies, settings }, paletteFor(process.stdout)));
  const signal = await stop.asked;
  say(`\n${signal}: finishing the frames under way, for at most ${formatDuration(settings.shutdown)}.\n`);
  await server.close();
  say("Closed.\n");
  endSoon();
}

function say(text: string): void {
  process.stdout.write(text);
}
