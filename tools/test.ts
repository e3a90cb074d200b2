// The test command: what npm test runs. Arguments go to node --test, and replace the files when they name
// some:
//   npm test -- src/wire/classic.test.ts
//   npm test -- --test-name-pattern="whole and in order"
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { installPrograms } from "./programs.ts";

const ROOMS = ["src", "client", "web", "test", "bench"];

/**
 * Servers, clients and workers of one test file keep a core busy; more files at once only make tests of time
 * fail.
 */
const FILES_AT_ONCE = Math.max(1, Math.min(availableParallelism(), 4));

installPrograms();

const given = process.argv.slice(2);
const everything = ROOMS.map((room) => `${room}/**/*.test.ts`);
const files = given.some((argument) => !argument.startsWith("-")) ? [] : everything;
const tests = spawn(process.execPath, ["--test", `--test-concurrency=${FILES_AT_ONCE}`, ...given, ...files], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => tests.kill(signal));
tests.on("exit", (status) => {
  process.exitCode = status ?? 1;
});
