import assert from "node:assert/strict";
import type { Waits } from "../../src/base/events.ts";
import { MonotonicMs, Ms, Priority } from "../../src/base/units.ts";
import { Dispatcher, type DispatcherOptions } from "../../src/dispatch/dispatcher.ts";
import type { Message } from "../../src/dispatch/message.ts";
import type { Queue } from "../../src/dispatch/queue.ts";
import type { HandOver, Sink, SinkAnswer } from "../../src/dispatch/sink.ts";
import type { Source } from "../../src/dispatch/source.ts";
import { VirtualClock } from "../../src/simulate/clock.ts";
import { Arrivals, type Arrived } from "./arrivals.ts";
import { type Choice, HAIR, NaiveChooser } from "./chooser.ts";
import type { Facts } from "./facts.ts";
import { labelled } from "./labels.ts";
import { compareRanks, loserRank } from "./losers.ts";
import { checkSize, explain } from "./choices.ts";
import { checkPartition } from "./partition.ts";
import { Acts } from "./moments.ts";
import { checkMemory, checkStuck } from "./memory.ts";

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

  // How the dispatcher hears of things: for rigs that are broken on purpose.
  tellDrained(queue: Queue): void {
    queue.drained();
  }

  tellStanding(queue: Queue, { priority, period }: Standing): void {
    queue.begin({ priority: Priority(priority), period: period === undefined ? undefined : Ms(period) });
  }

  tellPriority(queue: Queue, priority: number): void {
    queue.rerank(Priority(priority));
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
    const isFull = choices[1] !== undefined || this.chooser.isBlocked;
    if (!isFull) for (const client of this.clients) this.#checkSlot(client);
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
    const facts = this.clients.map((client) => client.facts);
    checkMemory(this.dispatcher.held, facts, this.options);
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

  /** Called when a client is given up. */
  checkStuck(client: RigClient): void {
    this.chooser.choose(0);
    assert.ok(this.chooser.isBlocked, "a client was given up while there was room");
    checkStuck(client, this.clients, this.clock.now());
  }

  /** Called for each hand-over before anything else knows of it. */
  checkChoice(client: RigClient, handOver: HandOver): void {
    this.#listener?.(client, handOver);
    const choices = [this.chooser.choose(HAIR), this.chooser.choose(-HAIR)];
    const isRight = (choice: Choice | undefined): boolean =>
      choice?.client === client.facts && choice.bytes === handOver.bytes && !choice.waits;
    if (!choices.some(isRight)) explain(client.facts, handOver, choices[0]);
    this.#checkOvertaken(client);
  }

  // A floor may put somebody worse before.
  #checkOvertaken(client: RigClient): void {
    if (this.options.floors !== undefined || this.chooser.isBlocked) return;
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
  readonly acts = new Acts();
  /** When its client last took something, or was given it. */
  progressAt = 0;
  /** What the first of the messages that left last had waited for. */
  waited: Waits | undefined;
  #epoch = 0;
  #begunAt = 0;
  /** Sizes of the epoch's messages that have not started; the first ones are in the ring. */
  #toSend: number[] = [];
  #started = 0;
  #answers: SinkAnswer[] = [];
  /** Messages of the hand-over that have not been told to have started. */
  #untold = 0;
  /** The message that is about to be told as finished. */
  #finishes: readonly [number, number] | undefined;
  /** When the message before left, or the epoch began. */
  #free = 0;
  readonly #arrivals: Arrivals;

  constructor(rig: Rig, id: number, standing: Standing) {
    this.#rig = rig;
    this.#arrivals = new Arrivals(id);
    this.facts = {
      id,
      priority: 255,
      period: undefined,
      due: Number.NEGATIVE_INFINITY,
      startedLeft: 0,
      underWay: 0,
      waiting: [],
      setAside: false,
      closed: false,
    };
    rig.chooser.clients.push(this.facts);
    this.queue = rig.dispatcher.attach(this, this);
    this.begin(standing);
  }

  /** What has reached it. */
  get arrived(): readonly Arrived[] {
    return this.#arrivals.all;
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

  rerank(priority: number): void {
    if (this.facts.closed) return;
    const isOther = priority !== this.facts.priority;
    if (isOther) this.#rig.chooser.withdraw(this.facts);
    this.facts.priority = priority;
    this.#rig.tellPriority(this.queue, priority);
    this.#rig.chooser.update(this.facts);
  }

  told(bytes: number): void {
    if (this.facts.closed) return;
    this.#rig.chooser.told(this.facts, bytes);
    this.#rig.dispatcher.charge(this.queue.account, bytes);
    this.#rig.chooser.update(this.facts);
  }

  drains(): void {
    if (!this.facts.setAside) return;
    this.facts.setAside = false;
    this.facts.underWay = this.facts.startedLeft > 0 ? (this.arrived.at(-1)?.size ?? 0) : 0;
    this.progressAt = this.#rig.clock.now();
    this.#rig.tellDrained(this.queue);
    this.#changed();
  }

  close(): void {
    this.#leave();
    this.queue.close();
  }

  send(handOver: HandOver): SinkAnswer {
    assert.ok(!this.facts.setAside && !this.facts.closed, "given to a client that cannot take it");
    this.#rig.checkChoice(this, handOver);
    const messages = this.#arrivals.read(this.#rig.deliver(handOver), this.#epoch);
    checkSize(handOver, messages, { ...this.#rig.options, period: this.facts.period });
    const answer = this.#answers.shift() ?? "more";
    const continued = this.facts.startedLeft > 0;
    if (continued) this.facts.startedLeft -= handOver.bytes;
    this.facts.setAside = answer === "wait";
    this.#rig.chooser.charge(this.facts, handOver.bytes);
    this.#untold = continued ? 0 : messages;
    assert.equal(this.#finishes, undefined, "the end of a message was not told");
    if (continued && !handOver.continues) this.#finishes = this.#arrivals.last;
    this.#countUnderWay(handOver, continued ? 0 : messages);
    if (continued) this.#changed();
    else if (handOver.continues) this.facts.startedLeft = (this.facts.waiting[0] ?? 0) - handOver.bytes;
    return answer;
  }

  abandon(): void {
    this.#rig.checkStuck(this);
    this.#leave();
  }

  drain(): void {
    this.#rig.chooser.update(this.facts);
    this.acts.comes("drain");
    this.#fill();
  }

  returned(count: number): void {
    this.#rig.checkLoser(this);
    this.facts.waiting.splice(this.facts.waiting.length - count, count);
    this.#rig.chooser.update(this.facts);
    this.acts.comes("returned");
  }

  started(message: Message, now: MonotonicMs, waits: Waits): void {
    assert.equal(message.number, this.#started, "started out of order");
    assert.ok(this.nextDue <= now, "started before its due");
    this.waited = { ...waits };
    checkPartition(waits, now - Math.max(this.nextDue, this.#free));
    this.#free = now;
    this.facts.waiting.shift();
    this.#toSend.shift();
    this.#started += 1;
    this.#untold -= 1;
    if (this.#untold > 0) return;
    this.#changed();
    this.acts.comes("started");
  }

  finished(message: Message): void {
    assert.deepEqual([message.epoch, message.number], this.#finishes, "finished out of order, or early");
    this.#finishes = undefined;
    this.acts.comes("finished");
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

  #leave(): void {
    this.facts.closed = true;
    this.facts.startedLeft = 0;
    this.facts.underWay = 0;
    this.facts.waiting = [];
    this.#toSend = [];
    this.#rig.chooser.update(this.facts);
  }

  /** What it has been given of counts to its end, and until it has been taken. */
  #countUnderWay({ continues }: HandOver, starting: number): void {
    const { arrived } = this;
    const begun = continues ? (arrived.at(-1)?.size ?? 0) : 0;
    const given = arrived.slice(arrived.length - starting).reduce((sum, { size }) => sum + size, 0);
    this.facts.underWay = this.facts.setAside ? this.facts.underWay + given : begun;
    this.progressAt = this.#rig.clock.now();
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
}
