import { readdir } from "node:fs/promises";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";

/**
 * What is left out: lists of all sockets, made on the event loop whenever somebody reads. With thousands of
 * connections they keep every viewer waiting, and say no more than our own metrics of connections.
 */
const LEFT_OUT = ["handles", "requests", "resources"].flatMap((what) => [
  `nodejs_active_${what}`,
  `nodejs_active_${what}_total`,
]);

const OPEN_FILES = "process_open_fds";

/** Where Linux lists a process's descriptors. */
const DESCRIPTORS = "/proc/self/fd";

let registry: Registry | undefined;

/**
 * What the runtime says of the process: memory, descriptors, processor time, collections, and how late the
 * event loop is. Begun once and for all: the library has no way to end the observers that it begins.
 */
export function processMetrics(): Registry {
  registry ??= begin();
  return registry;
}

function begin(): Registry {
  const begun = new Registry();
  collectDefaultMetrics({ register: begun });
  for (const name of LEFT_OUT) begun.removeSingleMetric(name);
  if (begun.getSingleMetric(OPEN_FILES) !== undefined) countOpenFiles(begun);
  return begun;
}

/** The library's own counts them on the event loop: 20 ms for ten thousand connections. */
function countOpenFiles(begun: Registry): void {
  begun.removeSingleMetric(OPEN_FILES);
  const files = new Gauge({
    name: OPEN_FILES,
    help: "Number of open file descriptors.",
    registers: [],
    async collect() {
      const descriptors = await readdir(DESCRIPTORS);
      // One of them is that of the list.
      this.set(descriptors.length - 1);
    },
  });
  begun.registerMetric(files);
}
