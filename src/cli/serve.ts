import { Command } from "commander";
import { formatDuration } from "../base/quantity.ts";
import type { LibraryTarget, RunningServer } from "../main.ts";
import type { Settings } from "../settings.ts";
import { SHOWN_MOVIES, type Served, banner, found } from "./banner.ts";
import { endSoon } from "./linger.ts";
import { type ListedMovie, lookAtMovies } from "./movieTable.ts";
import { paletteFor } from "./palette.ts";
import { ScanProgress } from "./scanProgress.ts";
import { hangingFolder } from "./serveNotes.ts";
import { type SettingOptions, settingsOf, withSettings } from "./settingOptions.ts";
import { type Stop, listenForStop } from "./stop.ts";
import { WHAT, targetsOf } from "./targets.ts";

/**
 * A library that is looked through in this time is shown in the banner; of others the banner does not wait.
 */
const SOON = 1000;

/** How long the first movies' pictures may take to look at, all together: a mount may hang. */
const LOOKING = 2000;

const EXAMPLES = `
Examples:
  mutoscope serve ~/renders                       every sequence below the folder, for this machine
  mutoscope serve ~/renders --host 0.0.0.0        for everyone who can reach this machine
  mutoscope serve ~/renders --host 0.0.0.0 --egress 900Mbit   priority that holds on a link of 1 Gbit/s
  mutoscope serve 'beauty.####.exr' 1001-1100     one sequence, of which frames are still to come
  mutoscope serve images --classic 7100 --slots 64 --batch 8
  MUTOSCOPE_WORKERS=2 mutoscope serve images

Every setting can also be a line of a configuration file, such as "slots: 64".
`;

/** `mutoscope serve WHAT...` */
export function serveCommand(): Command {
  return withSettings(
    new Command("serve")
      .summary("serve the movies of a folder")
      .description(
        "Serves the movies of folders: every sequence of numbered pictures in them and below them, " +
          "while frames come and go.",
      )
      .argument(WHAT.argument, WHAT.description),
  )
    .addHelpText("after", EXAMPLES)
    .action(async (what: string[], options: SettingOptions) => {
      const settings = await settingsOf(options);
      const stop = listenForStop();
      await serve(what.join(" "), await targetsOf(what), settings, stop);
    });
}

/**
 * Serves until asked to stop, then closes in order. @throws the fault for which the server could not start
 *
 * @param library what is served, as the user named it
 */
export async function serve(
  library: string,
  targets: readonly LibraryTarget[],
  settings: Settings,
  stop: Stop,
): Promise<void> {
  // Help and errors of the command line answer without loading the server.
  const { startServer } = await import("../main.ts");
  const server = await startServer(settings, targets);
  const served = async (): Promise<Served> => ({
    library,
    server,
    movies: await firstMovies(server),
    settings,
  });
  // Should looking break, which the log tells, what was found is served all the same.
  const looked = server.catalogue.scanned.catch(() => undefined);
  await Promise.race([looked, wait(SOON), stop.asked]);
  const palette = paletteFor(process.stdout);
  say(banner(await served(), palette));
  for (const line of hangingFolder(settings)) say(`${palette.yellow(line)}\n`);
  if (!server.catalogue.progress.isComplete) await tellOfScan(server, looked, served, stop);
  const signal = await stop.asked;
  say(`\n${signal}: finishing the frames under way, for at most ${formatDuration(settings.shutdown)}.\n`);
  await server.close();
  say("Closed.\n");
  endSoon();
}

/** Says how far the scan is, and what was found when it is over. */
async function tellOfScan(
  { catalogue }: RunningServer,
  looked: Promise<void>,
  served: () => Promise<Served>,
  stop: Stop,
): Promise<void> {
  const progress = new ScanProgress(process.stdout, catalogue);
  try {
    await Promise.race([looked, stop.asked]);
  } finally {
    progress.stop();
  }
  if (catalogue.progress.isComplete)
    say(`\n${found(await served(), paletteFor(process.stdout)).join("\n")}\n`);
}

/** Looks at the first movies one after the other, and at no further one when time is up. */
async function firstMovies({ catalogue }: RunningServer): Promise<ListedMovie[]> {
  const { probeFrame } = await import("../main.ts");
  const logs = catalogue.movies.slice(0, SHOWN_MOVIES);
  const listed: ListedMovie[] = [];
  const timeIsUp = wait(LOOKING);
  for (const log of logs) {
    const one = await Promise.race([lookAtMovies([log], probeFrame), timeIsUp]);
    if (one === undefined) break;
    listed.push(...one);
  }
  return [...listed, ...logs.slice(listed.length).map((log) => ({ log, look: undefined }))];
}

function wait(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}

function say(text: string): void {
  process.stdout.write(text);
}
