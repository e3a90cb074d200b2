import { once } from "node:events";
import type { Server } from "node:net";
import { type Fault, fault } from "../base/errors.ts";
import { Ms } from "../base/units.ts";

/** Where a server listens. */
export type Address = { readonly host: string; readonly port: number };

/** How often the times of all connections are looked at: one timer for all, and only while there are any. */
export const LOOK_EVERY = Ms(250);

/** Clients that are told that there is no room for them, at the same time; more are closed without a word. */
export const REFUSALS = 64;

/** After this many milliseconds without sending, the kernel asks whether a silent peer is still there. */
export const KEEP_ALIVE_MS = 60_000;

/** Clients that may wait to be accepted: a burst of viewers must not be turned away by the kernel. */
const BACKLOG = 4096;

/**
 * Starts to accept connections. @returns where, with the port that was free
 * @throws ADDRESS_IN_USE or ADDRESS_UNAVAILABLE
 */
export async function listenOn(server: Server, { host, port }: Address): Promise<Address> {
  server.listen({ host, port, backlog: BACKLOG });
  try {
    await once(server, "listening");
  } catch (error) {
    throw listenFault(error, { host, port });
  }
  const address = server.address();
  return address !== null && typeof address === "object" ? { host, port: address.port } : { host, port };
}

function listenFault(error: unknown, { host, port }: Address): Fault {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = `${host}:${port}`;
  if (code === "EADDRINUSE") {
    return fault("ADDRESS_IN_USE", `another program listens on ${place}`, error);
  }
  const why = error instanceof Error ? error.message : String(error);
  return fault("ADDRESS_UNAVAILABLE", `cannot listen on ${place}: ${why}`, error);
}
