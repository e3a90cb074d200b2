import { createServer } from "node:http";
import { type AddressInfo, createServer as createSource } from "node:net";
import { once } from "node:events";
import { MjpegProxy } from "mjpeg-proxy";
import { type Pictures, pace, readArguments } from "./parts.ts";

// The npm package mjpeg-proxy: it takes parts from one source and writes what it takes to every client. Its
// source is in this process: one connection, which costs next to nothing beside its clients.

const HEAD =
  "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: multipart/x-mixed-replace; boundary=part\r\n\r\n";

/** The picture and its head in one write, so that the proxy has few pieces to pass on. */
function partOf(picture: Buffer): Buffer {
  const head = `--part\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), picture, Buffer.from("\r\n")]);
}

async function serveSource(shown: Pictures): Promise<string> {
  const source = createSource((socket) => {
    // The proxy leaves when its last client does.
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      socket.write(HEAD);
      pace({ ...shown, frames: shown.frames.map(partOf) }, (part) => {
        if (!socket.destroyed) socket.write(part);
      });
    });
  }).listen(0, "127.0.0.1");
  await once(source, "listening");
  return `http://127.0.0.1:${(source.address() as AddressInfo).port}/`;
}

const pictures = await readArguments();
const proxy = new MjpegProxy(await serveSource(pictures));

createServer((request, response) => proxy.proxyRequest(request, response)).listen(
  pictures.port,
  "127.0.0.1",
  4096,
);
