import { Command } from "commander";
import { productVersion } from "../settings/version.ts";
import { demoCommand } from "./demo.ts";
import { grabCommand } from "./grab.ts";
import { importCommand } from "./import.ts";
import { limitsCommand } from "./limits.ts";
import { lsCommand } from "./ls.ts";
import { playCommand } from "./play.ts";
import { recordCommand } from "./record.ts";
import { serveCommand } from "./serve.ts";
import { simulateCommand } from "./simulate.ts";

/** Every command, in the order of the help. */
const COMMANDS: readonly (() => Command)[] = [
  serveCommand,
  demoCommand,
  lsCommand,
  playCommand,
  grabCommand,
  recordCommand,
  importCommand,
  limitsCommand,
  simulateCommand,
];

const START = `
Start here:
  mutoscope demo                  draws a movie, serves it and says how to watch it
  mutoscope serve FOLDER          serves the image sequences of a folder
  mutoscope play URL MOVIE        shows a movie of a server in the terminal
  mutoscope grab FOLDER -o x.png  makes one picture of a movie
  mutoscope import VIDEO NAME     makes a movie of a video, in the folder movies
  mutoscope help serve            all settings, with their defaults
`;

/** The command-line program. Instead of ending the process it throws a CommanderError. */
export function makeProgram(): Command {
  const program = new Command("mutoscope")
    .description(
      "A movie server for image sequences: every viewer gets exactly the frame asked for, " +
        "the more important viewer first.",
    )
    .version(productVersion(), "-V, --version")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "mutoscope: ")) })
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError("Help: mutoscope --help, or mutoscope COMMAND --help.")
    .addHelpText("after", START);
  for (const make of COMMANDS) program.addCommand(make().copyInheritedSettings(program));
  return program;
}
