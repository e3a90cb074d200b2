import { readFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { argv } from "node:process";

// What the runtime alone can do: one thread, no priority, no limits, no receipts. Who can take bytes gets as
// many frames a turn as make a good system call, and a few clients have a turn before other events do.
//
//     bare.ts PORT FOLDER MOVIE

const [, , port = "", folder = "", movie = ""] = argv;

/** Frames of 5,000 bytes are gathered up to about this much; larger ones go in pairs at most. */
const GATHERED = 128 * 1024;

const TURNS = 8;

const FRAMES = 100;

type Client = { readonly socket: Socket; readonly written: () => void; next: number; waits: boolean };

const frames = await Promise.all(
  Array.from({ length: FRAMES }, (_, index) => readFile(join(folder, `${movie}${index + 1}.ppm`))),
);
const gathered = Math.max(Math.floor(GATHERED / Math.max(...frames.map(({ length }) => length))), 1);
const ready: Client[] = [];
let isTurnAsked = false;

function queue(client: Client): void {
  ready.push(client);
  askForTurn();
}

function askForTurn(): void {
  if (isTurnAsked) return;
  isTurnAsked = true;
  setImmediate(turn);
}

function turn(): void {
  isTurnAsked = false;
  for (const client of ready.splice(0, TURNS)) send(client);
  if (ready.length > 0) askForTurn();
}

function send(client: Client): void {
  const { socket } = client;
  if (socket.destroyed) return;
  socket.cork();
  for (let count = 1; count <= gathered; count += 1) {
    const frame = frames[client.next % frames.length];
    client.next += 1;
    if (frame !== undefined) socket.write(frame, count === gathered ? client.written : undefined);
  }
  socket.uncork();
  client.waits = socket.writableLength > 0;
  if (!client.waits) queue(client);
}

createServer({ noDelay: true }, (socket) => {
  const written = (): void => {
    if (!client.waits || socket.writableLength > 0) return;
    client.waits = false;
    queue(client);
  };
  const client: Client = { socket, written, next: 0, waits: false };
  socket.once("data", () => queue(client));
  socket.on("error", () => socket.destroy());
}).listen(Number(port), "127.0.0.1");
