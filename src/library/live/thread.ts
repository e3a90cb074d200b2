import { parentPort, workerData } from "node:worker_threads";
import { assertNever, present } from "../../base/assert.ts";
import { systemClock } from "../../base/systemClock.ts";
import { Ms } from "../../base/units.ts";
import { countTiffPages } from "../tiffPages.ts";
import { readMounts } from "./mounts.ts";
import { Outbox } from "./outbox.ts";
import type { Instruction, ThreadStart } from "./protocol.ts";
import { LibraryTree } from "./tree.ts";
import { watchFolder } from "./watcher.ts";

/** The entry of a thread that looks through a part of the library. */

const port = present(parentPort ?? undefined, "this file is a thread's entry");
const { firstId, watching, pollInterval } = workerData as ThreadStart;

const outbox = new Outbox((report, memory) => port.postMessage(report, memory));
const tree = new LibraryTree({
  clock: systemClock,
  wallTime: () => Date.now(),
  watching,
  pollInterval: Ms(pollInterval),
  watchFolder,
  mounts: readMounts,
  outbox,
  countPages: countTiffPages,
  firstId,
});

port.on("message", (instruction: Instruction) => {
  switch (instruction.kind) {
    case "taken":
      outbox.taken();
      return tree.wake();
    case "branch":
      return tree.add(instruction.branch);
    case "prune":
      return tree.prune(instruction.path);
    default:
      return assertNever(instruction);
  }
});
