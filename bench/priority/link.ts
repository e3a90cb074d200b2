import { spawnSync } from "node:child_process";
import { getuid } from "node:process";

/** What to do when no link can be made. */
export const LINK_MISSING =
  "link was left out: it needs ip and tc (Debian: apt-get install iproute2), and root to make namespaces";

/** Two network namespaces of our own that reach each other over one slow link, and nobody else. */
export type Link = {
  /** What a command begins with to run at the server's end, and at the clients'. */
  readonly atServer: readonly string[];
  readonly atClients: readonly string[];
  /** The server's end. */
  readonly address: string;
  /** Takes the link and both namespaces away. */
  remove(): void;
};

/** The link's rate in bits per second, Ethernet's headers included. */
export const LINK_RATE = 100e6;

/**
 * A switch's buffer: what the link has not sent after 50 ms is dropped. The bucket passes at most 32 KiB at
 * once, about what the timer of a kernel of 250 Hz needs to keep 100 Mbit/s.
 */
const SHAPING = ["rate", `${LINK_RATE}bit`, "burst", "32kb", "latency", "50ms"];

/** The addresses are seen in the two namespaces alone. */
const ADDRESSES = { server: "10.203.0.1", clients: "10.203.0.2" } as const;

const NAME = /^mutoscope-bench-(\d+)-(?:server|clients)$/;
const names = { server: nameOf("server"), clients: nameOf("clients") };

function nameOf(end: string): string {
  return `mutoscope-bench-${process.pid}-${end}`;
}

/** Whether this process may make a link, and has the programs. */
export function canLink(): boolean {
  if (getuid?.() !== 0) return false;
  const found = [
    ["ip", "-V"],
    ["tc", "-V"],
  ].map(([program = "", ...rest]) => spawnSync(program, rest));
  return found.every(({ status }) => status === 0) && canMakeNamespace();
}

/** A container's root may have both programs and not the right. */
function canMakeNamespace(): boolean {
  const name = nameOf("clients");
  if (spawnSync("ip", ["netns", "add", name]).status !== 0) return false;
  removeNamespace(name);
  return true;
}

/** Makes the link, and takes away what a run that was killed has left. Goes at the latest when we end. */
export function openLink(): Link {
  removeStale();
  process.once("exit", removeOwn);
  const [left, right] = [`mb${process.pid}s`, `mb${process.pid}c`];
  const { server, clients } = names;
  run("ip", "netns", "add", server);
  run("ip", "netns", "add", clients);
  run("ip", "link", "add", left, "netns", server, "type", "veth", "peer", "name", right, "netns", clients);
  const ends = [
    [server, left, ADDRESSES.server],
    [clients, right, ADDRESSES.clients],
  ] as const;
  for (const [name, device, address] of ends) {
    run("ip", "-n", name, "address", "add", `${address}/30`, "dev", device);
    run("ip", "-n", name, "link", "set", "lo", "up");
    run("ip", "-n", name, "link", "set", device, "up");
    run("tc", "-n", name, "qdisc", "add", "dev", device, "root", "tbf", ...SHAPING);
  }
  const remove = (): void => {
    process.removeListener("exit", removeOwn);
    removeOwn();
  };
  return { atServer: within(server), atClients: within(clients), address: ADDRESSES.server, remove };
}

function within(name: string): string[] {
  return ["ip", "netns", "exec", name];
}

function run(program: string, ...words: string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${stderr.trim()}`);
}

/** The pair of devices goes with the namespaces that it lies in. */
function removeOwn(): void {
  for (const name of Object.values(names)) removeNamespace(name);
}

function removeNamespace(name: string): void {
  spawnSync("ip", ["netns", "delete", name]);
}

/**
 * The bench's signals and faults end at `removeOwn`; a kill does not. What it leaves has its number in the
 * name, and so do the programs in there, which nobody but the bench starts.
 */
function removeStale(): void {
  const { stdout } = spawnSync("ip", ["netns", "list"], { encoding: "utf8" });
  for (const name of staleNames(stdout, isAlive)) {
    const { stdout: pids } = spawnSync("ip", ["netns", "pids", name], { encoding: "utf8" });
    for (const pid of pids.split("\n").filter(Boolean)) kill(Number(pid));
    removeNamespace(name);
  }
}

/** The namespaces of benches that live no more, of what `ip netns list` prints. */
export function staleNames(listed: string, isAlive: (pid: number) => boolean): string[] {
  const found = listed.split("\n").map((line) => line.split(" ")[0] ?? "");
  return found.filter((name) => {
    const [, pid] = NAME.exec(name) ?? [];
    return pid !== undefined && !isAlive(Number(pid));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It may have ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
