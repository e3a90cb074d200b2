// Serves page.html and the library, which needs no bundler:  node page.ts 8081
// The server has to know the page's origin:  mutoscope serve frames --cors http://127.0.0.1:8081
import { readFile } from "node:fs/promises";
import { type ServerResponse, createServer } from "node:http";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

const [port = "8081"] = process.argv.slice(2);

/** The folder of the compiled package, in which the library imports its files relatively. */
const library = new URL("../", import.meta.resolve("mutoscope/client"));

async function answer(url: string): Promise<[type: string, body: Uint8Array] | undefined> {
  const path = new URL(url, "http://page").pathname;
  if (path === "/") return ["text/html", await readFile(new URL("page.html", import.meta.url))];
  const [, rest] = /^\/mutoscope\/((?:client|src)\/[\w/.-]+\.js)$/.exec(path) ?? [];
  if (rest === undefined) return undefined;
  const file = fileURLToPath(new URL(rest, library));
  // No name leads out of the folder.
  if (!file.startsWith(fileURLToPath(library)) || file.includes(`${sep}..`)) return undefined;
  return ["text/javascript", await readFile(file)];
}

async function respond(url: string, response: ServerResponse): Promise<void> {
  const found = await answer(url).catch(() => undefined);
  response.writeHead(found === undefined ? 404 : 200, { "content-type": found?.[0] ?? "text/plain" });
  response.end(found?.[1] ?? "nothing is here");
}

const server = createServer(({ url = "/" }, response) => {
  void respond(url, response);
});
server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  process.stdout.write(`http://127.0.0.1:${bound}/?server=http://127.0.0.1:8080&movie=sw\n`);
});
