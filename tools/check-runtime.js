// Runs before start and test, on whatever Node npm has found: says what is missing instead of failing on the
// first line of TypeScript. npm puts node_modules/.bin first in PATH, and with it the pinned Node, when it is
// installed.
import { existsSync } from "fs";
import { fileURLToPath } from "url";

const [major] = process.versions.node.split(".").map(Number);
const installed = existsSync(fileURLToPath(new URL("../node_modules", import.meta.url)));

/** The first Node that runs TypeScript as it is; the pinned one is newer. */
const OLDEST = 24;

if (!installed) stop("The packages are not installed. Run: npm ci");
else if (major < OLDEST) {
  const found = `This is Node ${process.versions.node}; a checkout runs on the Node that npm ci installs`;
  const remedy = `run npm ci without --omit=optional, or use Node ${OLDEST} or newer`;
  stop(`${found} for Linux, macOS and Windows. It is not there: ${remedy}.`);
}

function stop(sentence) {
  process.stderr.write(`mutoscope: ${sentence}\n`);
  process.exitCode = 1;
}
