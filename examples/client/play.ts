// Plays a movie and says what comes:  node play.ts http://127.0.0.1:8080 sw
import { type Client, MutoscopeError, connect } from "mutoscope/client";

const [url = "http://127.0.0.1:8080", movie = "sw"] = process.argv.slice(2);

async function play(client: Client): Promise<void> {
  const playback = client.play(movie);
  for await (const { number, width, height, bytes, substitute } of playback) {
    const note = substitute ? ", in the place of one that is missing" : "";
    process.stdout.write(`frame ${number}: ${width}×${height}, ${bytes.byteLength} bytes${note}\n`);
  }
  const { sent, missing, parts } = await playback.receipt;
  process.stdout.write(`${sent} frames, ${missing} missing, over ${parts.length} connection(s)\n`);
}

try {
  const client = await connect(url, { name: "play.ts" });
  // A client that is not closed keeps its connection, and the program with it.
  await play(client).finally(() => client.close());
} catch (error) {
  if (!(error instanceof MutoscopeError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
