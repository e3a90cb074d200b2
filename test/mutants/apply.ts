// Loaded before a program (`--import`): the file of the mutant that the environment names is loaded broken,
// in every thread, and nothing is written.
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mutated, ROOT } from "./mutant.ts";
import { chosen } from "./mutants.ts";

const mutant = chosen();
if (mutant !== undefined) {
  const broken = pathToFileURL(join(ROOT, mutant.file)).href;
  const source = mutated(mutant);
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      return url === broken ? { ...loaded, source } : loaded;
    },
  });
}
