// Saves frames under their own numbers:  node save.ts http://127.0.0.1:8080 sw 10 20 folder
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "mutoscope/client";

const [url = "http://127.0.0.1:8080", movie = "sw", from = "1", to = "10", folder = "frames"] =
  process.argv.slice(2);

await mkdir(folder, { recursive: true });
const client = await connect(url, { name: "save.ts" });
try {
  // Under `all`, the default, the server waits for the disk and leaves nothing out, also when it is started
  // again meanwhile.
  const wish = { from: Number(from), to: Number(to), missing: "skip", rendition: "png" } as const;
  const playback = client.play(movie, wish);
  for await (const { number, bytes } of playback) {
    await writeFile(join(folder, `${movie.replaceAll("/", "_")}.${number}.png`), bytes);
  }
  const { sent, missing } = await playback.receipt;
  process.stdout.write(`${sent} frames in ${folder}, ${missing} were not there\n`);
} finally {
  client.close();
}
