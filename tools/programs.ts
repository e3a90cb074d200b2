import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A Debian package that only tests need, and what tells that it is there. */
type Needed = { readonly package: string; readonly program?: string; readonly file?: string };

const NEEDED: readonly Needed[] = [
  { package: "ffmpeg", program: "ffmpeg" },
  { package: "netpbm", program: "pamfile" },
  { package: "netcat-openbsd", program: "nc" },
  { package: "curl", program: "curl" },
  { package: "chromium", program: "chromium" },
  { package: "python3-opencv", file: "/usr/share/doc/python3-opencv/copyright" },
  { package: "vlc-bin", program: "cvlc" },
  { package: "vlc-plugin-base", file: "/usr/share/doc/vlc-plugin-base/copyright" },
  {
    package: "python3-prometheus-client",
    file: "/usr/lib/python3/dist-packages/prometheus_client/parser.py",
  },
  { package: "opencv-doc", file: "/usr/share/doc/opencv-doc/examples/data/vtest.avi" },
];

/** Debian's images for containers leave documentation out; the video that tests play is some. */
const KEEP_EXAMPLES = "-oDpkg::Options::=--path-include=/usr/share/doc/opencv-doc/*";

/**
 * Installs the system's programs that tests use, where that is ours to do: as root on Debian. Elsewhere the
 * tests that need one fail and name it.
 */
export function installPrograms(): void {
  const missing = NEEDED.filter((needed) => !isThere(needed)).map((needed) => needed.package);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || findProgram("apt-get") === undefined) {
    say(`The tests need ${missing.join(", ")} (names of Debian's packages), which are not installed here.`);
    return;
  }
  say(`Installing what the tests need: apt-get install ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (args: readonly string[]) =>
    spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"], env });
  const install = ["install", "--yes", "--reinstall", "--no-install-recommends", KEEP_EXAMPLES, ...missing];
  if (run(install).status !== 0) {
    run(["update"]);
    run(install);
  }
}

function isThere({ program, file }: Needed): boolean {
  return program === undefined ? file !== undefined && existsSync(file) : findProgram(program) !== undefined;
}

function findProgram(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
