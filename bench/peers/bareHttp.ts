import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { argv } from "node:process";

// What the runtime's own HTTP server can do alone: files in memory, no routes, no conditions, no receipts.
//
//     bareHttp.ts PORT FOLDER

const [, , port = "", folder = ""] = argv;

const names = await readdir(folder);
const files = new Map<string, Buffer>(
  await Promise.all(names.map(async (name) => [`/${name}`, await readFile(join(folder, name))] as const)),
);

createServer((request, response) => {
  const file = files.get(request.url ?? "");
  if (file === undefined) response.writeHead(404).end();
  else response.writeHead(200, { "Content-Length": file.length }).end(file);
}).listen(Number(port), "127.0.0.1", 4096);
