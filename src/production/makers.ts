import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Changes whenever decoders or renderers of ours make other bytes of the same frame, or what is kept of them
 * is laid out otherwise: what was made before is not found any more, and servers of both kinds may share a
 * folder.
 */
const MAKERS_VERSION = 3;

/** Who makes pictures, in which version. */
export type Makers = { readonly ours: number; readonly sharp: string };

let known: Makers | undefined;

/**
 * Of sharp, which decodes and encodes most formats, the description is read; it is not loaded. It brings the
 * libraries that it uses in exactly one version. The version of ffmpeg is not here: finding it out would
 * start a program.
 */
export function makers(): Makers {
  known ??= { ours: MAKERS_VERSION, sharp: versionOf("sharp") };
  return known;
}

/** The description lies above the folder of the entry; not all packages let it be imported. */
function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const text = readFileSync(join(dirname(entry), "..", "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
