#!/usr/bin/env node
// Starts mutoscope: the compiled program on the Node at hand, or, in a checkout, the sources on the pinned
// one. This file must be understood by every Node that may find it, to say a sentence instead of a syntax
// error.
import { spawn } from "child_process";
import { existsSync } from "fs";
import { dirname, join } from "path";
import { fileURLToPath, pathToFileURL } from "url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SOURCE = join(ROOT, "src", "cli", "bin.ts");
const COMPILED = join(ROOT, "dist", "src", "cli", "bin.js");

/** What the compiled package needs: the `engines` of package.json. */
const OLDEST = [20, 19];
/** From here on Node runs the sources as they are. */
const RUNS_SOURCES = 24;
/** Signals that are for the program and not for this launcher. */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP"];

const [major, minor] = process.versions.node.split(".").map(Number);

if (existsSync(SOURCE)) startSources();
else if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) load(COMPILED);
else refuse(`mutoscope needs Node ${OLDEST.join(".")} or newer; this is ${process.versions.node}.`);

function startSources() {
  if (major >= RUNS_SOURCES && process.features.typescript) return load(SOURCE);
  const name = process.platform === "win32" ? "node.exe" : "node";
  const runtimes = [join(ROOT, "node_modules", ".bin", name), join(ROOT, "node_modules", ".bin", "node.cmd")];
  const runtime = runtimes.find((path) => existsSync(path));
  if (runtime === undefined)
    return refuse("mutoscope's runtime is not installed. In its folder, run: npm ci");
  become(runtime, [SOURCE, ...process.argv.slice(2)]);
}

function load(path) {
  import(pathToFileURL(path).href).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 70;
  });
}

/**
 * Runs another program in place of this one, as far as can be: same input and output, signals, and way to
 * end. Over the channel nothing is said: its end tells the program when this one is killed.
 */
function become(program, args) {
  const child = spawn(program, args, { stdio: ["inherit", "inherit", "inherit", "ipc"] });
  const pass = (signal) => child.kill(signal);
  for (const signal of PASSED_ON) process.on(signal, pass);
  child.on("error", (error) => refuse(`mutoscope's runtime could not be started: ${error.message}`));
  child.on("exit", (status, signal) => {
    for (const passed of PASSED_ON) process.removeListener(passed, pass);
    if (signal === null) process.exitCode = status;
    else process.kill(process.pid, signal);
  });
}

function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
