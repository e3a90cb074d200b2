import { setTimeout as sleep } from "node:timers/promises";
import { Child } from "../child.ts";
import { freePort } from "../freePort.ts";

/** A server of HTTP that is ready, and what of it is measured. */
export type WebServer = {
  readonly name: string;
  readonly port: number;
  /** Of ours, the port of the classic protocol. */
  readonly classicPort: number;
  readonly pid: number;
  complaint(): string;
  stop(): Promise<void>;
};

const CLI = new URL("../../src/cli/bin.ts", import.meta.url).pathname;

/** Ours, ready: it has looked through the folder. */
export async function startOurs(folder: string, settings: readonly string[] = []): Promise<WebServer> {
  const classicPort = await freePort();
  const command = (port: number): string[] => {
    const ports = ["--classic", String(classicPort), "--http", String(port)];
    return [process.execPath, CLI, "serve", folder, ...ports, "--log-level", "error", ...settings];
  };
  return { ...(await startServer("ours", command, "/readyz")), classicPort };
}

const START_MS = 15_000;

/** A server of any kind, once it answers a path with 200. */
export async function startServer(
  name: string,
  commandOf: (port: number) => readonly string[] | Promise<readonly string[]>,
  path: string,
): Promise<WebServer> {
  const port = await freePort();
  const child = new Child(name, await commandOf(port));
  const deadline = performance.now() + START_MS;
  while (!(await answers(port, path))) {
    if (child.hasEnded) throw new Error(`${name} ended at once: ${child.complaint}`);
    if (performance.now() > deadline) {
      await child.stop();
      throw new Error(`${name} does not answer ${path} after ${START_MS} ms: ${child.complaint}`);
    }
    await sleep(20);
  }
  const { pid } = child;
  return { name, port, classicPort: port, pid, complaint: () => child.complaint, stop: () => child.stop() };
}

async function answers(port: number, path: string): Promise<boolean> {
  const patience = new AbortController();
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: patience.signal });
    return response.status === 200;
  } catch {
    return false;
  } finally {
    // Also of an answer that never ends.
    patience.abort();
  }
}

/** Does the work with a server, stops it, and adds to an error what it was about. */
export async function withServer<T>(
  starting: Promise<WebServer>,
  what: string,
  work: (server: WebServer) => Promise<T>,
): Promise<T> {
  const server = await starting;
  try {
    return await work(server);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${what}: ${reason}; ${server.name} said: ${server.complaint()}`, { cause: error });
  } finally {
    await server.stop();
  }
}
