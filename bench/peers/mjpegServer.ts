import { createServer } from "node:http";
import type { Writable } from "node:stream";
import { createReqHandler } from "mjpeg-server";
import { pace, readArguments } from "./parts.ts";

// The npm package mjpeg-server: each client has a writer of its own, which every picture is written to. It
// says nothing of clients that leave or do not read.

const pictures = await readArguments();
const clients = new Set<Writable>();

createServer((request, response) => {
  const client = createReqHandler(request, response);
  clients.add(client);
  response.on("close", () => clients.delete(client));
}).listen(pictures.port, "127.0.0.1", 4096);

pace(pictures, (picture) => {
  for (const client of clients) client.write(picture);
});
