// The entry of the program: runs the command line and turns what it throws into words and an exit status.
import { explain } from "./failure.ts";
import { endSoon } from "./linger.ts";
import { paletteFor } from "./palette.ts";
import { makeProgram } from "./program.ts";

// Whoever read the output may leave (`mutoscope ls | head`) or hang up: that is no reason to fail, nor to
// stop serving.
for (const output of [process.stdout, process.stderr]) output.on("error", () => undefined);

try {
  await makeProgram().parseAsync();
} catch (error) {
  const { text, status } = explain(error, paletteFor(process.stderr));
  process.stderr.write(text);
  process.exitCode = status;
  endSoon();
}
