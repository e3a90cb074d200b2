import assert from "node:assert/strict";
import { Bytes, Epoch, MessageNumber, MonotonicMs, Ms, Priority } from "../../src/base/units.ts";
import { Dispatcher, type DispatcherOptions } from "../../src/dispatch/dispatcher.ts";
import type { Message } from "../../src/dispatch/message.ts";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { HandOver, Sink, SinkAnswer } from "../../src/dispatch/sink.ts";
import type { Source } from "../../src/dispatch/source.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";
import { type Facts, NaiveChooser, canGo } from "./chooser.ts";

/** Client, epoch, number and size stand in front of every message, in 32 bits each. */
export const LABEL_BYTES = 16;

export type RigOptions = Omit<DispatcherOptions, "clock">;

export type Standing = { readonly priority: number; readonly period: number | undefined };

/**
 * A dispatcher alone, between clients whose answers and drains are given by the test. Everything it does is
 * compared with the naive chooser at once, from facts that its neighbours can see.
 */
export class Rig {
  readonly clock = new VirtualClock();
  readonly dispatcher: Dispatcher;
  readonly chooser: NaiveChooser;
  readonly options: RigOptions;
  readonly clients: RigClient[] = [];
  evictions = 0;
  /** Who offers right now. */
  offering: RigClient | undefined;

  #listener: ((client: RigClient, handOver: HandOver) => void) | undefined;

  constructor(options: RigOptions) {
    this.options = options;
    this.dispatcher = new Dispatcher({ ...options, clock: this.clock });
    this.chooser = new NaiveChooser({ handOver: options.handOver, slice: options.slice });
  }

  /** How the dispatcher hears of things: for rigs that are broken on purpose. */
  tellDrained(queue: Queue): void {
    queue.drained();
  }

  tellStanding(queue: Queue, { priority, period }: Standing): void {
    queue.begin({ priority: Priority(priority), period: period === undefined ? undefined : Ms(period) });
  }

  /** What a client is given of a hand-over: for rigs that are broken on purpose. */
  deliver(handOver: HandOver): HandOver {
    return handOver;
  }

  /** Tells of every hand-over. */
  listen(listener: (client: RigClient, handOver: HandOver) => void): void {
    this.#listener = listener;
  }

  connect(standing: Standing): RigClient {
    const client = new RigClient(this, this.clients.length + 1, standing);
    this.clients.push(client);
    return client;
  }

  /** Lets everything happen that can, without time passing. */
  settle(): void {
    this.clock.run(this.clock.now());
    this.checkRest();
  }

  pass(ms: number): void {
    this.clock.run(MonotonicMs(this.clock.now() + ms));
    this.checkRest();
  }

  /** Law 5: at rest nobody waits that could go. Law 6: the bounds hold. */
  checkRest(): void {
    const now = this.clock.now();
    for (const client of this.clients) {
      const { facts } = client;
      assert.ok(!canGo(facts, now), `client ${facts.id} could go, and nothing moves`);
      const waits = client.unsent > 0 && !facts.setAside && !facts.closed && client.nextDue <= now;
      assert.ok(!waits, `client ${facts.id} has no slot, and nothing moves`);
    }
    this.checkBounds();
  }

  checkBounds(): void {
    const { ring } = this.options;
    const { messages, bytes, queues } = this.dispatcher.held;
    assert.ok(messages <= ring.slots, `${messages} messages in ${ring.slots} slots`);
    assert.ok(bytes <= ring.bytes || messages === 1, `${bytes} bytes in a ring of ${ring.bytes}`);
    const waiting = this.clients.flatMap((client) => client.facts.waiting);
    assert.equal(messages, waiting.length, "messages held");
    assert.equal(
      bytes,
      waiting.reduce((sum, size) => sum + size, 0),
      "bytes held",
    );
    assert.equal(queues, this.clients.filter((client) => !client.facts.closed).length);
  }

  /** Whose turn it is to lose a message: set-aside clients, then those not due, then the worst ranked. */
  checkLoser(loser: RigClient): void {
    this.evictions += 1;
    const now = this.clock.now();
    const holders = this.clients.filter(
      (client) => client.facts.waiting.length > 0 && client !== this.offering,
    );
    const first = (client: RigClient): readonly number[] => loserRank(client.facts, now);
    const [expected] = holders.sort((a, b) => compareRanks(first(a), first(b)));
    assert.deepEqual(first(loser), expected && first(expected), "another client lost its slot");
  }

  /** Called for each hand-over before anything else knows of it. */
  checkChoice(client: RigClient, handOver: HandOver): void {
    this.#listener?.(client, handOver);
    const now = this.clock.now();
    const choice = this.chooser.choose(now);
    assert.ok(choice, "a hand-over was made when nobody could go");
    assert.equal(client.facts.id, choice.client.id, "another client than the sorted list's first");
    assert.equal(handOver.bytes, choice.bytes, "another size than the sorted list's");
    for (const other of this.clients) {
      const overtaken = other.facts.priority < client.facts.priority && other.couldGo(now);
      assert.ok(!overtaken, `client ${client.facts.id} overtook ${other.facts.id}, which had no slot`);
    }
  }
}

/** One client of a rig: source and sink in one, and the reader of what arrives. */
export class RigClient implements Source, Sink {
  readonly facts: Facts;
  readonly queue: Queue;
  readonly #rig: Rig;
  #epoch = 0;
  #begunAt = 0;
  /** Sizes of the epoch's messages that have not started; the first ones are in the ring. */
  #toSend: number[] = [];
  #started = 0;
  #answers: SinkAnswer[] = [];
  // What the reader knows.
  #reads: { readonly epoch: number; number: number } = { epoch: 0, number: -1 };
  #left = 0;
  readonly arrived: { readonly epoch: number; readonly number: number; readonly size: number }[] = [];

  constructor(rig: Rig, id: number, standing: Standing) {
    this.#rig = rig;
    this.facts = {
      id,
      priority: 255,
      period: undefined,
      due: Number.NEGATIVE_INFINITY,
      startedLeft: 0,
      waiting: [],
      setAside: false,
      closed: false,
    };
    rig.chooser.clients.push(this.facts);
    this.queue = rig.dispatcher.attach(this, this);
    this.begin(standing);
  }

  /** Messages of the epoch that have not started. */
  get unsent(): number {
    return this.#toSend.length;
  }

  /** When the next message to start is due. */
  get nextDue(): number {
    return this.#dueOf(this.#started);
  }

  couldGo(now: number): boolean {
    const { closed, setAside, startedLeft } = this.facts;
    return !closed && !setAside && (startedLeft > 0 || (this.unsent > 0 && this.nextDue <= now));
  }

  /** The next answers of its sink; `more` when there are none. */
  willAnswer(...answers: SinkAnswer[]): void {
    this.#answers.push(...answers);
  }

  supply(...sizes: number[]): void {
    if (this.facts.closed) return;
    this.#toSend.push(...sizes);
    this.#fill();
  }

  begin({ priority, period }: Standing): void {
    if (this.facts.closed) return;
    this.#epoch += 1;
    this.#begunAt = this.#rig.clock.now();
    this.#toSend = [];
    this.#started = 0;
    this.#rig.chooser.withdraw(this.facts);
    this.facts.waiting = [];
    this.facts.priority = priority;
    this.facts.period = period;
    this.facts.due = this.#begunAt;
    this.#rig.tellStanding(this.queue, { priority, period });
    this.#changed();
  }

  drains(): void {
    if (!this.facts.setAside) return;
    this.facts.setAside = false;
    this.#rig.tellDrained(this.queue);
    this.#changed();
  }

  close(): void {
    this.facts.closed = true;
    this.facts.startedLeft = 0;
    this.facts.waiting = [];
    this.#toSend = [];
    this.#rig.chooser.update(this.facts);
    this.queue.close();
  }

  send(handOver: HandOver): SinkAnswer {
    assert.ok(!this.facts.setAside && !this.facts.closed, "given to a client that cannot take it");
    this.#rig.checkChoice(this, handOver);
    this.#checkSize(handOver, this.#read(this.#rig.deliver(handOver)));
    const answer = this.#answers.shift() ?? "more";
    const continued = this.facts.startedLeft > 0;
    if (continued) this.facts.startedLeft -= handOver.bytes;
    this.facts.setAside = answer === "wait";
    this.#rig.chooser.charge(this.facts, handOver.bytes);
    if (continued) this.#changed();
    else if (handOver.continues) this.facts.startedLeft = (this.facts.waiting[0] ?? 0) - handOver.bytes;
    return answer;
  }

  abandon(): void {
    assert.fail("given up without a reason");
  }

  drain(): void {
    this.#fill();
  }

  returned(count: number): void {
    this.#rig.checkLoser(this);
    this.facts.waiting.splice(this.facts.waiting.length - count, count);
    this.#rig.chooser.update(this.facts);
  }

  started(message: Message, now: MonotonicMs): void {
    assert.equal(message.number, this.#started, "started out of order");
    assert.ok(this.nextDue <= now, "started before its due");
    this.facts.waiting.shift();
    this.#toSend.shift();
    this.#started += 1;
    this.#changed();
  }

  due(message: Message): MonotonicMs {
    return MonotonicMs(this.#dueOf(message.number));
  }

  isLate(): boolean {
    return false;
  }

  skip(): void {
    assert.fail("skipped what was not late");
  }

  #dueOf(number: number): number {
    return this.facts.period === undefined
      ? Number.NEGATIVE_INFINITY
      : this.#begunAt + number * this.facts.period;
  }

  #fill(): void {
    for (;;) {
      const size = this.#toSend[this.facts.waiting.length];
      if (size === undefined || !this.#offer(size)) return;
    }
  }

  #offer(size: number): boolean {
    const number = this.#started + this.facts.waiting.length;
    const message = labelled({ client: this.facts.id, epoch: this.#epoch, number, size });
    this.#rig.offering = this;
    const isAccepted = this.queue.offer(message);
    this.#rig.offering = undefined;
    if (!isAccepted) return false;
    this.facts.waiting.push(size);
    this.#changed();
    return true;
  }

  #changed(): void {
    if (this.facts.startedLeft === 0) this.facts.due = this.nextDue;
    this.#rig.chooser.update(this.facts);
  }

  /** Law 4. */
  #checkSize({ bytes }: HandOver, messages: number): void {
    const { handOver, slice } = this.#rig.options;
    assert.ok(bytes <= (messages > 1 ? handOver : slice), `${bytes} bytes of ${messages} messages at once`);
    assert.ok(messages === 1 || this.facts.period === undefined, "timed messages were gathered");
  }

  /** Law 1, from the bytes alone. @returns of how many messages there are bytes */
  #read({ parts, continues }: HandOver): number {
    let messages = this.#left > 0 ? 1 : 0;
    for (const part of parts) {
      if (this.#left === 0) {
        this.#readLabel(part);
        messages += 1;
      }
      this.#left -= part.byteLength;
      assert.ok(this.#left >= 0, "a message has more bytes than it says");
    }
    assert.equal(this.#left > 0, continues, "`continues` is wrong");
    return messages;
  }

  #readLabel(part: Uint8Array): void {
    assert.ok(part.byteLength >= LABEL_BYTES, "no message where one should begin");
    const view = new DataView(part.buffer, part.byteOffset);
    const [client, epoch, number, size] = [0, 4, 8, 12].map((at) => view.getUint32(at));
    assert.equal(client, this.facts.id, "bytes of another client, or of the middle of a message");
    assert.equal(epoch, this.#epoch, "a message of another epoch started");
    const expected = this.#reads.epoch === epoch ? this.#reads.number + 1 : 0;
    assert.equal(number, expected, "a message is out of order, doubled or lost");
    this.#reads = { epoch, number: expected };
    this.#left = size ?? 0;
    this.arrived.push({ epoch, number: expected, size: this.#left });
  }
}

/** The smaller, the sooner it loses a message. */
function loserRank({ setAside, startedLeft, period, due, priority }: Facts, now: number): readonly number[] {
  if (setAside) return [0];
  if (startedLeft === 0 && due > now) return [1, -due];
  return [2, -priority, period === undefined ? Number.NEGATIVE_INFINITY : -(due + period)];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, index) => value !== b[index]);
  return differs < 0 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}

type Label = {
  readonly client: number;
  readonly epoch: number;
  readonly number: number;
  readonly size: number;
};

const blank = new Map<number, Uint8Array>();

// Only the label is written anew: the bytes behind it are of no interest, and are many.
function labelled({ client, epoch, number, size }: Label): Message {
  const bytes = new Uint8Array(LABEL_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of [client, epoch, number, size].entries()) view.setUint32(index * 4, value);
  const rest = blank.get(size) ?? new Uint8Array(size - LABEL_BYTES);
  blank.set(size, rest);
  const parts = rest.byteLength > 0 ? [bytes, rest] : [bytes];
  return { epoch: Epoch(epoch), number: MessageNumber(number), parts, bytes: Bytes(size) };
}
