import assert from "node:assert/strict";
import { WAIT_REASONS, type Waits } from "../../src/base/events.ts";
import { MonotonicMs, Ms, Priority } from "../../src/base/units.ts";
import { Dispatcher, type DispatcherOptions } from "../../src/dispatch/dispatcher.ts";
import type { Message } from "../../src/dispatch/message.ts";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { HandOver, Sink, SinkAnswer } from "../../src/dispatch/sink.ts";
import type { Source } from "../../src/dispatch/source.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";
import { type Choice, HAIR, NaiveChooser } from "./chooser.ts";
import type { Facts } from "./facts.ts";
import { LABEL_BYTES, labelled } from "./labels.ts";

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
    this.chooser = new NaiveChooser(options, () => this.clock.now());
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

  /** Law 5: at rest nobody waits that could go, the budgets allowing it. Law 6: the bounds hold. */
  checkRest(): void {
    const choices = [this.chooser.choose(-HAIR), this.chooser.choose(HAIR)];
    const canGo = choices.every((choice) => choice?.waits === false);
    assert.ok(!canGo, `client ${choices[0]?.client.id} could go, and nothing moves`);
    // While somebody waits for the server's bucket, a full ring stays full.
    if (choices[1] === undefined) for (const client of this.clients) this.#checkSlot(client);
    this.checkBounds();
  }

  // With the whole of a slice there for everybody in it, its priority is not passed over for anybody.
  #checkSlot(client: RigClient): void {
    const { facts } = client;
    const waits = client.unsent > 0 && !facts.setAside && !facts.closed;
    const isHeld = client.nextDue > this.clock.now() || !this.chooser.hasTokens(facts, Infinity, -HAIR);
    assert.ok(!waits || isHeld, `client ${facts.id} has no slot, and nothing moves`);
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
    const holders = this.clients.filter(
      (client) => client.facts.waiting.length > 0 && client !== this.offering && !this.#isLastOfFloor(client),
    );
    const first = ({ facts }: RigClient): readonly number[] =>
      loserRank(facts, this.chooser.opensAt(facts), this.clock.now());
    const [expected] = holders.sort((a, b) => compareRanks(first(a), first(b)));
    assert.ok(expected && compareRanks(first(loser), first(expected)) === 0, "another client lost its slot");
  }

  // A priority with a floor keeps one message, as long as it can go.
  #isLastOfFloor({ facts }: RigClient): boolean {
    if (this.options.floors?.has(Priority(facts.priority)) !== true) return false;
    if (facts.setAside || this.chooser.opensAt(facts) > this.clock.now()) return false;
    const equals = this.clients.filter((other) => other.facts.priority === facts.priority);
    return equals.reduce((sum, other) => sum + other.facts.waiting.length, 0) === 1;
  }

  /** Called for each hand-over before anything else knows of it. */
  checkChoice(client: RigClient, handOver: HandOver): void {
    this.#listener?.(client, handOver);
    const choices = [this.chooser.choose(HAIR), this.chooser.choose(-HAIR)];
    const isRight = (choice: Choice | undefined): boolean =>
      choice?.client === client.facts && choice.bytes === handOver.bytes && !choice.waits;
    if (!choices.some(isRight)) this.#explain(client, handOver, choices[0]);
    this.#checkOvertaken(client);
  }

  #explain(client: RigClient, handOver: HandOver, choice: Choice | undefined): void {
    assert.ok(choice, "a hand-over was made when nobody could go");
    assert.equal(client.facts.id, choice.client.id, "another client than the sorted list's first");
    assert.ok(!choice.waits, "a hand-over was made for which the server's bucket has too few tokens");
    assert.equal(handOver.bytes, choice.bytes, "another size than the sorted list's");
  }

  // A floor may put somebody worse before.
  #checkOvertaken(client: RigClient): void {
    if (this.options.floors !== undefined) return;
    for (const other of this.clients) {
      const overtaken = other.facts.priority < client.facts.priority && other.couldGo(this.clock.now());
      const isHeld = !this.chooser.hasTokens(other.facts, Infinity, -HAIR);
      assert.ok(
        !overtaken || isHeld,
        `client ${client.facts.id} overtook ${other.facts.id}, which had no slot`,
      );
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
  /** Messages of the hand-over that have not been told to have started. */
  #untold = 0;
  /** When the message before left, or the epoch began. */
  #free = 0;
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
    this.#free = this.#begunAt;
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
    const messages = this.#read(this.#rig.deliver(handOver));
    this.#checkSize(handOver, messages);
    const answer = this.#answers.shift() ?? "more";
    const continued = this.facts.startedLeft > 0;
    if (continued) this.facts.startedLeft -= handOver.bytes;
    this.facts.setAside = answer === "wait";
    this.#rig.chooser.charge(this.facts, handOver.bytes);
    this.#untold = continued ? 0 : messages;
    if (continued) this.#changed();
    else if (handOver.continues) this.facts.startedLeft = (this.facts.waiting[0] ?? 0) - handOver.bytes;
    return answer;
  }

  abandon(): void {
    assert.fail("given up without a reason");
  }

  drain(): void {
    this.#rig.chooser.update(this.facts);
    this.#fill();
  }

  returned(count: number): void {
    this.#rig.checkLoser(this);
    this.facts.waiting.splice(this.facts.waiting.length - count, count);
    this.#rig.chooser.update(this.facts);
  }

  started(message: Message, now: MonotonicMs, waits: Waits): void {
    assert.equal(message.number, this.#started, "started out of order");
    assert.ok(this.nextDue <= now, "started before its due");
    this.#checkWaits(waits, now - Math.max(this.nextDue, this.#free));
    this.#free = now;
    this.facts.waiting.shift();
    this.#toSend.shift();
    this.#started += 1;
    this.#untold -= 1;
    if (this.#untold === 0) this.#changed();
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

  /** The reasons share out the time exactly: from when the message was wanted to when it left. */
  #checkWaits(waits: Waits, time: number): void {
    const parts = WAIT_REASONS.map((reason) => waits[reason]);
    assert.ok(Math.min(...parts) >= 0, `waited ${parts.join(", ")} ms`);
    const sum = parts.reduce((all, part) => all + part, 0);
    assert.ok(Math.abs(sum - time) < HAIR, `the reasons are ${sum} ms together, and it waited ${time} ms`);
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
function loserRank(facts: Facts, opens: number, now: number): readonly number[] {
  const { setAside, period, due, priority } = facts;
  if (setAside) return [0];
  if (opens > now) return [1, -opens];
  return [2, -priority, period === undefined ? Number.NEGATIVE_INFINITY : -(due + period)];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((value, index) => value !== b[index] && !isNear(value, b[index] ?? 0));
  return differs < 0 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) < HAIR;
}
