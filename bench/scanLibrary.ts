import { openLibrary } from "../src/main.ts";

/**
 * A program that looks through a library once, as a listing does it, and says how long that took and what was
 * found: `node scanLibrary.ts FOLDER`. It does without the listing's own work, which opens a frame of each
 * movie and prints.
 */
const target = { kind: "folder", path: process.argv[2] ?? "" } as const;
const start = performance.now();
const library = await openLibrary([target], { watch: "once" });
await library.scanned;
const seconds = (performance.now() - start) / 1000;
const { movies, frames } = library.progress;
process.stdout.write(`${JSON.stringify({ seconds, movies, frames })}\n`, () => process.exit(0));
