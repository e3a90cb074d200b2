import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { fault } from "../../base/errors.ts";
import { Bytes, MonotonicMs } from "../../base/units.ts";
import type { HandOver } from "../../dispatch/sink.ts";
import { SocketSink } from "./socketSink.ts";

/** A socket whose kernel has room, or has none until the test says so. */
class Pipe extends Duplex {
  taken = "";
  isFull: boolean;
  #goOn: () => void = () => undefined;

  constructor({ isFull }: { isFull: boolean }) {
    super();
    this.isFull = isFull;
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#take([chunk], done);
  }

  override _writev(chunks: readonly { chunk: Buffer }[], done: () => void): void {
    this.#take(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _read(): void {
    // Nothing comes from the client.
  }

  /** Takes what was written, and what is written from now on. */
  empty(): Promise<void> {
    this.isFull = false;
    this.#goOn();
    return turn();
  }

  #take(chunks: readonly Buffer[], done: () => void): void {
    const go = (): void => {
      this.taken += Buffer.concat(chunks).toString("latin1");
      done();
    };
    if (this.isFull) this.#goOn = go;
    else go();
  }
}

function open({ isFull = false } = {}) {
  const pipe = new Pipe({ isFull });
  const told: string[] = [];
  const sink = new SocketSink(pipe as unknown as Socket, {
    now: () => MonotonicMs(100),
    drained: () => told.push("drained"),
    emptied: () => told.push("emptied"),
    atBoundary: () => told.push("boundary"),
    abandoned: ({ code }) => told.push(code),
  });
  return { pipe, sink, told };
}

function handOver(text: string, { continues = false } = {}): HandOver {
  const parts = Array.from(text.matchAll(/.{1,2}/g), ([part]) => Buffer.from(part));
  return { parts, bytes: Bytes(text.length), starts: 1, continues };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// A kernel with room is the common case: waiting for it would halve the speed.
test("a hand-over that the kernel takes whole is answered `more`, and nothing waits", async () => {
  const { pipe, sink, told } = open();
  assert.equal(sink.send(handOver("abcde")), "more");
  assert.equal(sink.waitsSince, undefined);
  await turn();
  assert.equal(pipe.taken, "abcde");
  assert.deepEqual(told, ["boundary", "emptied"]);
});

// Law 3, law 6. Whoever goes on writing keeps in its own memory all that a client does not read.
test("what the kernel does not take is answered `wait`, until it has taken all of it", async () => {
  const { pipe, sink, told } = open({ isFull: true });
  assert.equal(sink.send(handOver("abcde")), "wait");
  await turn();
  assert.deepEqual([sink.waitsSince, told], [100, ["boundary"]]);
  await pipe.empty();
  assert.deepEqual([sink.waitsSince, pipe.taken], [undefined, "abcde"]);
  assert.deepEqual(told, ["boundary", "drained", "emptied"]);
  assert.equal(sink.send(handOver("f")), "more");
});

// Law 1. A client that finds a line inside of a frame takes it for a part of the picture.
test("a line waits for the end of the message in progress, and goes before the next one", () => {
  const { pipe, sink, told } = open();
  sink.sendLine(Buffer.from("<1>"));
  sink.send(handOver("ab", { continues: true }));
  sink.sendLine(Buffer.from("<2>"));
  sink.sendLine(Buffer.from("<3>"));
  assert.deepEqual([pipe.taken, sink.isInMessage, sink.lineBytes, told], ["<1>ab", true, 6, []]);
  sink.send(handOver("cd"));
  assert.deepEqual([sink.isInMessage, sink.lineBytes, told], [false, 0, ["boundary"]]);
  sink.send(handOver("ef"));
  assert.equal(pipe.taken, "<1>abcd<2><3>ef");
});

// A flood of requests is read no further while its answers are not taken: so they have to be counted.
test("lines that the kernel does not take are counted until it has them", async () => {
  const { pipe, sink } = open({ isFull: true });
  sink.sendLine(Buffer.from("<1>"));
  sink.sendLine(Buffer.from("<2>"));
  assert.equal(sink.lineBytes, 6);
  await pipe.empty();
  assert.equal(sink.lineBytes, 0);
});

// `close` is about to come, and gives back what the client held: until then it gets nothing more.
test("a socket that has been destroyed is answered `wait`, and never drains", async () => {
  const { pipe, sink, told } = open();
  pipe.on("error", () => undefined);
  pipe.destroy();
  assert.equal(sink.send(handOver("ab")), "wait");
  await turn();
  assert.ok(!told.includes("drained"));
  sink.abandon(fault("CONNECTION_STALLED", "a test"));
  assert.equal(told.at(-1), "CONNECTION_STALLED");
});
