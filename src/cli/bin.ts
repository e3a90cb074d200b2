// The entry of the program: runs the command line and turns what it throws into words and an exit status.
import { STATUS, explain } from "./failure.ts";
import { endSoon } from "./linger.ts";
import { paletteFor } from "./palette.ts";
import { makeProgram } from "./program.ts";

// Whoever read the output may leave (`mutoscope ls | head`) or hang up: that is no reason to fail, nor to
// stop serving. What could not be written for another reason, such as a full disk, is missing there.
const LEFT = new Set<string | undefined>(["EPIPE", "EIO"]);
process.stderr.on("error", () => undefined);
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (LEFT.has(code)) return;
  process.exitCode = STATUS.fault;
  process.stderr.write(`mutoscope: the output could not be written: ${code}\n`);
});

// A launcher that runs this program in its own place passes signals on. When it is killed it cannot: then the
// channel to it ends, and nobody would find the program that goes on.
if (process.channel !== undefined) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel.unref();
}

try {
  await makeProgram().parseAsync();
} catch (error) {
  const { text, status } = explain(error, paletteFor(process.stderr));
  process.stderr.write(text);
  process.exitCode = status;
  endSoon();
}
