import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { BitRate, MonotonicMs } from "../../base/units.ts";
import { VirtualClock } from "../../simulate/clock.ts";
import { LineAllowances } from "../lineAllowance.ts";
import { Ledger } from "./ledger.ts";

/** 64 bytes of lines in a millisecond, of 512. */
const EGRESS = BitRate(4_096_000);
const PER_MS = 64;

/** A ledger of a connection to which a test writes by saying so. */
class Book {
  readonly clock = new VirtualClock();
  readonly lines = new LineAllowances(this.clock, EGRESS);
  readonly socket = { bytesWritten: 0 };
  readonly held: boolean[] = [];
  charged = 0;
  readonly ledger = new Ledger({
    clock: this.clock,
    egress: {
      lines: this.lines,
      charge: (_client, bytes) => void (this.charged += bytes),
      openDocument: () => assert.fail("nothing is a document"),
    },
    socket: this.socket as Socket,
    client: this,
    holdsBack: (isHeldBack) => void this.held.push(isHeldBack),
  });

  write(bytes: number): void {
    this.socket.bytesWritten += bytes;
  }
}

// What is counted twice makes frames wait for nothing, and what is not counted at all makes them late.
test("every byte is charged once: either it was handed over, or it is charged here", () => {
  const book = new Book();
  book.write(700);
  book.ledger.told();
  assert.equal(book.charged, 700);
  // A frame of 1000 with its head of 300.
  book.write(1300);
  book.ledger.handed(1000, "written");
  assert.equal(book.charged, 1000);
  // A piece of a page, which lies in a buffer when something else is counted.
  book.ledger.handed(2000, "about to be");
  book.ledger.told();
  assert.equal(book.charged, 1000);
  book.write(2008);
  book.ledger.told();
  assert.equal(book.charged, 1008);
});

// Errors would come in any order, or never.
test("answers wait for the connection's allowance, each in its order", () => {
  const book = new Book();
  const gone: string[] = [];
  for (const name of ["a", "b", "c"])
    book.ledger.afford(3000, () => {
      gone.push(`${name} ${book.clock.now()}`);
      book.write(3000);
      book.ledger.told();
    });
  assert.deepEqual([gone, book.held], [["a 0"], [false, true]]);
  book.clock.run(MonotonicMs(10_000));
  const waits = 3000 / PER_MS;
  assert.deepEqual(
    gone,
    [0, 1904 / PER_MS, 1904 / PER_MS + waits].map((time, index) => `${"abc"[index]} ${time}`),
  );
  assert.equal(book.held.at(-1), false);
  assert.equal(book.charged, 9000);
});

// Frames of a viewer have a budget of their own: what stands between them is no reason to wait.
test("what goes before frames is charged, and takes nothing from what answers may come to", () => {
  const book = new Book();
  book.write(50_000);
  book.ledger.handed(10_000, "written");
  assert.deepEqual([book.charged, book.ledger.waitsUntil], [40_000, undefined]);
  assert.ok(book.ledger.affords(4000));
  assert.ok(!book.ledger.affords(4000));
});

// Its answers would otherwise be written to nobody, and its share be lost to the others.
test("a connection that has gone answers nothing, and has its last bytes charged", () => {
  const book = new Book();
  book.ledger.afford(4000, () => undefined);
  book.ledger.afford(4000, () => assert.fail("answered"));
  book.write(600);
  book.ledger.close();
  book.ledger.close();
  book.ledger.afford(10, () => assert.fail("answered"));
  book.clock.run(MonotonicMs(10_000));
  assert.equal(book.charged, 600);
  const other = book.lines.open();
  const before = book.lines.given;
  book.clock.run(MonotonicMs(10_100));
  assert.equal(book.lines.given - before, 100 * PER_MS, "it has the whole rate");
  other.close();
});
