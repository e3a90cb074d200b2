// A server as a process of its own that tells its parent what it holds: files, timers, memory, messages.
import { readdirSync } from "node:fs";
import { type RunningServer, startServer } from "../../src/main.ts";
import { defaultSettings } from "../../src/settings.ts";
import type { Answer, Holdings, Memory, Question, Start } from "./inspected.ts";

process.once("message", (start: Start) => void serve(start));
process.on("disconnect", () => process.exit());

async function serve({ settings, library }: Start): Promise<void> {
  const target = { kind: "folder", path: library } as const;
  const server = await startServer({ ...defaultSettings(), ...settings }, [target]);
  await server.catalogue.scanned;
  process.on("message", (question: Question) => answer(question === "memory" ? memory() : holdings(server)));
  process.send?.({ port: server.classic.port });
}

function answer(answer: Answer): void {
  process.send?.(answer);
}

function holdings(server: RunningServer): Holdings {
  const resources = process.getActiveResourcesInfo();
  return {
    ...server.held(),
    descriptors: readdirSync("/proc/self/fd").length,
    timers: resources.filter((kind) => kind === "Timeout" || kind === "Immediate").length,
    sockets: resources.filter((kind) => kind.startsWith("TCPSocket")).length,
  };
}

/** With what is no longer reachable given back first. */
function memory(): Memory {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss };
}
