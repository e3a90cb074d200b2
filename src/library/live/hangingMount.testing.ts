import { type ChildProcess, execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { close, existsSync, open, read, write } from "node:fs";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/**
 * A file system of a program (FUSE) with the frames s1.png and s2.png, which can be made to hang as a file
 * server does whose cable was pulled: its program is stopped, and whoever asks for anything waits. What is
 * sent and received follows linux/fuse.h, version 7.31.
 */
export class HangingMount {
  readonly #program: ChildProcess;
  readonly #folder: string;
  #isUnmounted = false;

  private constructor(program: ChildProcess, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** Whether this machine lets this user have one. */
  static get canBe(): boolean {
    return process.getuid?.() === 0 && existsSync("/dev/fuse");
  }

  /** Mounts it on an empty folder. */
  static async mount(folder: string): Promise<HangingMount> {
    const program = fork(new URL(import.meta.url), [folder], { execArgv: process.execArgv });
    const ended = once(program, "exit").then(() => ["the program behind the mount ended"]);
    const [answer] = (await Promise.race([once(program, "message"), ended])) as [string];
    if (answer !== "mounted") throw new Error(answer);
    return new HangingMount(program, folder);
  }

  hang(): void {
    this.#program.kill("SIGSTOP");
  }

  goOn(): void {
    this.#program.kill("SIGCONT");
  }

  /** Takes it away; whoever waits gets an error. May be called twice. */
  async unmount(): Promise<void> {
    if (this.#isUnmounted) return;
    this.#isUnmounted = true;
    const hasEnded = this.#program.exitCode !== null || this.#program.signalCode !== null;
    const ended = hasEnded ? undefined : once(this.#program, "exit");
    this.#program.kill("SIGKILL");
    await ended;
    execFileSync("umount", ["-l", this.#folder]);
  }
}

const FILES = ["s1.png", "s2.png"];
const CONTENT = Buffer.from("not a picture");
const ROOT = 1;

const LOOKUP = 1;
const GETATTR = 3;
const OPEN = 14;
const READ = 15;
const RELEASE = 18;
const FLUSH = 25;
const INIT = 26;
const OPENDIR = 27;
const READDIR = 28;
const RELEASEDIR = 29;
/** FORGET, INTERRUPT and BATCH_FORGET. */
const UNANSWERED = new Set([2, 36, 42]);

const ENOENT = 2;
const ENOSYS = 38;

type Request = {
  readonly opcode: number;
  readonly unique: bigint;
  readonly node: number;
  readonly body: Buffer;
};

/** What the kernel is answered: bytes, or an error's number. */
function answer({ opcode, node, body }: Request): Buffer | number {
  switch (opcode) {
    case INIT:
      return init(body);
    case LOOKUP: {
      const index = FILES.indexOf(body.toString("utf8", 0, body.indexOf(0)));
      return index < 0 ? ENOENT : Buffer.concat([words64(index + 2, 0, 0, 0, 0), attributes(index + 2)]);
    }
    case GETATTR:
      return Buffer.concat([words64(0, 0), attributes(node)]);
    case OPEN:
    case OPENDIR:
      return words64(0, 0);
    case READ:
      return CONTENT.subarray(Number(body.readBigUInt64LE(8)));
    case READDIR:
      return body.readBigUInt64LE(8) === 0n ? entries() : Buffer.alloc(0);
    case RELEASE:
    case RELEASEDIR:
    case FLUSH:
      return Buffer.alloc(0);
    default:
      return ENOSYS;
  }
}

function init(body: Buffer): Buffer {
  const out = Buffer.alloc(64);
  out.writeUInt32LE(7, 0);
  out.writeUInt32LE(31, 4);
  out.writeUInt32LE(body.readUInt32LE(8), 8);
  out.writeUInt32LE(65_536, 20);
  out.writeUInt32LE(1, 24);
  return out;
}

function attributes(node: number): Buffer {
  const out = Buffer.alloc(88);
  out.writeBigUInt64LE(BigInt(node), 0);
  if (node !== ROOT) out.writeBigUInt64LE(BigInt(CONTENT.length), 8);
  for (const time of [24, 32, 40]) out.writeBigUInt64LE(1_600_000_000n, time);
  out.writeUInt32LE(node === ROOT ? 0o040755 : 0o100644, 60);
  out.writeUInt32LE(1, 64);
  return out;
}

function entries(): Buffer {
  return Buffer.concat(
    FILES.map((file, index) => {
      const out = Buffer.alloc(24 + Math.ceil(file.length / 8) * 8);
      out.writeBigUInt64LE(BigInt(index + 2), 0);
      out.writeBigUInt64LE(BigInt(index + 1), 8);
      out.writeUInt32LE(file.length, 16);
      out.writeUInt32LE(8, 20);
      out.write(file, 24);
      return out;
    }),
  );
}

function words64(...values: readonly number[]): Buffer {
  const out = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) out.writeBigUInt64LE(BigInt(value), 8 * index);
  return out;
}

/** The program behind the mount: answers until it is killed. */
async function serve(folder: string): Promise<void> {
  const device = await promisify(open)("/dev/fuse", "r+");
  const options = `fd=3,rootmode=40000,user_id=0,group_id=0`;
  const mount = spawn("mount", ["-i", "-t", "fuse", "-o", options, "hanging", folder], {
    stdio: ["ignore", "ignore", "inherit", device],
  });
  mount.once("exit", (code) => process.send?.(code === 0 ? "mounted" : `mount ended with ${code}`));
  // There is nothing to read before the mount is made.
  await once(mount, "exit");
  process.once("disconnect", () => close(device));
  const buffer = Buffer.alloc(1_048_576);
  for (;;) {
    const bytesRead = await receive(device, buffer);
    const body = Buffer.from(buffer.subarray(40, bytesRead));
    const unique = buffer.readBigUInt64LE(8);
    const request = {
      opcode: buffer.readUInt32LE(4),
      unique,
      node: Number(buffer.readBigUInt64LE(16)),
      body,
    };
    if (!UNANSWERED.has(request.opcode)) await reply(device, unique, answer(request));
  }
}

/** A program that was stopped and goes on is interrupted in what it waits for. */
async function receive(device: number, buffer: Buffer): Promise<number> {
  for (;;) {
    try {
      return (await promisify(read)(device, buffer, 0, buffer.length, null)).bytesRead;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EINTR") throw error;
    }
  }
}

async function reply(device: number, unique: bigint, answered: Buffer | number): Promise<void> {
  const data = typeof answered === "number" ? Buffer.alloc(0) : answered;
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + data.length, 0);
  header.writeInt32LE(typeof answered === "number" ? -answered : 0, 4);
  header.writeBigUInt64LE(unique, 8);
  await promisify(write)(device, Buffer.concat([header, data]), 0, 16 + data.length, null);
}

const [, script, folder] = process.argv;
if (script !== undefined && pathToFileURL(script).href === import.meta.url && folder !== undefined)
  await serve(folder);
