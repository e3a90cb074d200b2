import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { readPage } from "../documents/page.ts";

/** One thing that a page tells people to type, and what it says will come of it. */
export type Recipe = {
  readonly script: string;
  /** What it prints; undefined where the page does not say. */
  readonly expected: string | undefined;
};

/** What a page of recipes has: files to write, and what to run then. */
export type Recipes = {
  readonly files: ReadonlyMap<string, string>;
  readonly recipes: readonly Recipe[];
};

type Block = { readonly kind: string; readonly file: string | undefined; readonly text: string };

const BLOCK = /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms;

/** The address that all pages use. */
const ADDRESS = "127.0.0.1:8080";

/** Reads `docs/clients/NAME.md`, with the address of a server that runs in place of the one on the page. */
export function readRecipes(name: string, address: string): Recipes {
  const text = readPage(`clients/${name}.md`).replaceAll(ADDRESS, address);
  const blocks: Block[] = Array.from(text.matchAll(BLOCK), ([, kind = "", file, text = ""]) => ({
    kind,
    file,
    text,
  }));
  const files = new Map<string, string>();
  const recipes: Recipe[] = [];
  for (const [index, { kind, file, text }] of blocks.entries()) {
    const next = blocks[index + 1];
    if (file !== undefined) files.set(file, text);
    else if (kind === "sh")
      recipes.push({ script: text, expected: next?.kind === "text" ? next.text : undefined });
  }
  return { files, recipes };
}

/** Programs that would open a window, or refuse to run as root, as they can be run here. */
const SHIMS = {
  // VLC refuses to run as root, and as nobody it has no home.
  cvlc: `#!/bin/sh
export HOME="$(mktemp -d)"
chmod 777 "$HOME"
if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=65534 --regid=65534 --clear-groups"; fi
exec $as /usr/bin/cvlc --quiet --vout dummy --aout dummy "$@"
`,
} as const;

/** The environment that recipes are run in. `folder` gets what is needed for it. */
export function kitchen(folder: string): NodeJS.ProcessEnv {
  const programs = join(folder, "programs");
  mkdirSync(programs);
  for (const [name, script] of Object.entries(SHIMS))
    writeFileSync(join(programs, name), script, { mode: 0o755 });
  // Debian's own Python first: it is the one that OpenCV is installed for.
  const path = [programs, "/usr/bin", "/bin", process.env["PATH"] ?? ""].join(delimiter);
  const headless = { SDL_VIDEODRIVER: "dummy", SDL_AUDIODRIVER: "dummy" };
  return { PATH: path, HOME: folder, LANG: "C.UTF-8", ...headless };
}
