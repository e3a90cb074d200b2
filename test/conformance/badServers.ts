import { type Server, type Socket, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

/** A server that does something wrong. */
export type BadServer = { readonly port: number; close(): void };

const FRAME = Buffer.from("P5\n2 1\n255\nab");

/** What each kind of bad server does with a connection. */
const FAULTS = {
  /** Accepts, and never says anything. */
  silent: () => undefined,
  /** Sends what stands in its memory, as the seed did when a file was missing. */
  leaking: (socket: Socket) => socket.on("data", () => socket.write(Buffer.alloc(64, 0x7f))),
  /** Sends half of a frame and closes. */
  closing: (socket: Socket) => socket.on("data", () => socket.end(FRAME.subarray(0, 8))),
  /** Resets whoever asks for something. */
  resetting: (socket: Socket) => socket.on("data", () => socket.resetAndDestroy()),
  /** Sends the same three frames whatever it is asked for, in one piece or in many. */
  deaf: (socket: Socket) => socket.on("data", () => socket.write(Buffer.concat([FRAME, FRAME, FRAME]))),
  /** Never stops sending frames. */
  babbling: (socket: Socket) => {
    const babble = (): void => {
      while (socket.writable && socket.write(FRAME));
    };
    socket.on("drain", babble).once("data", babble);
  },
} as const satisfies Record<string, (socket: Socket) => unknown>;

export type BadKind = keyof typeof FAULTS;
export const BAD_KINDS = Object.keys(FAULTS) as BadKind[];

export async function startBadServer(kind: BadKind): Promise<BadServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    socket.on("end", () => (kind === "silent" ? undefined : socket.end()));
    socket.resume();
    FAULTS[kind](socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
