import { emitKeypressEvents } from "node:readline";
import { Command } from "commander";
import { formatRate, parseRate } from "../base/rate.ts";
import { URL_ARGUMENT, connectTo } from "./remote.ts";
import { movieNamed } from "./remoteGrab.ts";
import { readPlace, readPriority } from "./remoteOptions.ts";
import type { Colours } from "./terminal/halfBlocks.ts";
import { type Key, KEYS_HELP, actionOf } from "./terminal/keys.ts";
import { Player } from "./terminal/player.ts";
import { Screen } from "./terminal/screen.ts";

type Flags = {
  readonly from?: string;
  readonly fps?: string;
  readonly loop?: true;
  readonly priority?: string;
};

const EXAMPLES = `
Keys:
  ${KEYS_HELP.join("\n  ")}

Examples:
  mutoscope play http://127.0.0.1:8080 sw --loop
  mutoscope play ws://farm:8080/ws sh010/beauty --from 1001 --priority 5

The terminal needs colours: all of them (24 bits), or 256.
`;

/** `mutoscope play URL MOVIE`: a movie in the terminal. */
export function playCommand(): Command {
  return new Command("play")
    .summary("watch a movie in the terminal")
    .description("Shows a movie of a server in the terminal, as large as fits, with the keys of a player.")
    .argument(URL_ARGUMENT.argument, URL_ARGUMENT.description)
    .argument("[movie]", "which movie; the only one, when there is one")
    .option("--from <number>", "the frame to begin with, or last")
    .option("--fps <rate>", "frames per second, as 24 or 24000/1001; the movie's own when not given")
    .option("--loop", "begin again behind the last frame")
    .option("--priority <0-255>", "smaller goes first; the server may lower it", "3")
    .addHelpText("after", EXAMPLES)
    .action(play);
}

async function play(url: string, name: string | undefined, flags: Flags, command: Command): Promise<void> {
  const colours = coloursOf(process.stdout);
  if (colours === undefined)
    command.error("error: Found an output without colours, expected a terminal that has at least 256.");
  const priority = readPriority(flags.priority);
  const from = flags.from === undefined ? undefined : readPlace(flags.from);
  const fps = flags.fps === undefined ? undefined : formatRate(parseRate(flags.fps));
  const client = await connectTo(url, "mutoscope play", priority);
  try {
    const movie = await movieNamed(client, name);
    const screen = new Screen(process.stdout);
    const player = new Player({
      client,
      movie,
      screen,
      colours,
      from,
      fps,
      loop: flags.loop === true,
      priority,
    });
    await onScreen(screen, player);
  } finally {
    client.close();
  }
}

/** Whatever happens, the terminal is given back as it was. */
async function onScreen(screen: Screen, player: Player): Promise<void> {
  const { stdin, stdout } = process;
  const pressed = (_: string | undefined, key: Key): void => {
    const action = actionOf(key);
    if (action !== undefined) player.act(action);
  };
  const resized = (): void => player.resized();
  const left = (): void => player.act({ kind: "quit" });
  const isWatched = stdin.isTTY;
  screen.open();
  try {
    if (isWatched) {
      emitKeypressEvents(stdin);
      stdin.setRawMode(true);
      stdin.on("keypress", pressed);
    }
    stdout.on("resize", resized);
    for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) process.once(signal, left);
    await player.run({ isWatched });
  } finally {
    stdout.off("resize", resized);
    stdin.off("keypress", pressed);
    if (isWatched) stdin.setRawMode(false);
    stdin.pause();
    screen.close();
  }
}

function coloursOf(output: NodeJS.WriteStream): Colours | undefined {
  if (!output.isTTY) return undefined;
  const depth = output.getColorDepth();
  if (depth >= 24) return "true";
  return depth >= 8 ? "256" : undefined;
}
