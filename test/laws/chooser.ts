import type { EgressLimits, Floors } from "../../src/dispatch/egress.ts";
import { canGo, type Facts } from "./facts.ts";
import { NaiveFlight } from "./flight.ts";
import { NaiveRound } from "./round.ts";
import { NaiveBucket } from "./tokens.ts";

export type Sizes = { readonly handOver: number; readonly slice: number };

export type ChooserOptions = Sizes & {
  readonly inFlight: number;
  readonly egress?: EgressLimits;
  readonly floors?: Floors;
};

/** Who goes next and with how many bytes, or for whom the server's bucket has too few. */
export type Choice = { readonly client: Facts; readonly bytes: number; readonly waits: boolean };

type Floor = { readonly share: number; release: number; isAble: boolean };

/** Bytes that levels may differ by: fractions are added up in another order. */
export const HAIR = 1e-3;

/**
 * Law 2 as one would write it without caring for speed: a list of everybody, sorted anew for each choice,
 * and budgets as textbooks have them. It shares no code with the dispatcher.
 */
export class NaiveChooser {
  readonly clients: Facts[] = [];
  readonly #options: ChooserOptions;
  readonly #now: () => number;
  // Untimed clients that can go.
  readonly #round: NaiveRound;
  readonly #server: NaiveBucket | undefined;
  readonly #priorities: ReadonlyMap<number, NaiveBucket>;
  readonly #clients = new Map<Facts, NaiveBucket>();
  readonly #floors: ReadonlyMap<number, Floor>;
  /** Bytes of all that was handed over. */
  #total = 0;
  #lastRefresh = 0;
  readonly #flight: NaiveFlight;
  /** Whether the one who was first when `choose` was asked may not start. */
  isBlocked = false;

  constructor(options: ChooserOptions, now: () => number) {
    const { egress = {}, floors = new Map<number, number>() } = options;
    this.#options = options;
    this.#now = now;
    this.#flight = new NaiveFlight(options.inFlight, this.clients);
    this.#round = new NaiveRound(Math.max(options.handOver, options.slice));
    this.#server = egress.server && new NaiveBucket(egress.server);
    const buckets = [...(egress.priorities ?? [])].map(
      ([priority, limits]) => [priority, new NaiveBucket(limits)] as const,
    );
    this.#priorities = new Map(buckets);
    this.#floors = new Map(
      [...floors].map(([priority, share]) => [priority, { share, release: 0, isAble: false }]),
    );
  }

  /** What is chosen; undefined when nobody can go. `hair` is added to what every bucket has. */
  choose(hair: number): Choice | undefined {
    this.#refresh();
    this.#noteAble();
    const able = this.#able(hair).sort((a, b) => this.#compare(a, b));
    const floor = this.#entitled();
    const client = this.#withRoom(able, floor, hair);
    if (client === undefined) return undefined;
    const waits = this.#server?.has(this.#need(client), this.#now(), hair) === false;
    return { client, bytes: this.#bytesOf(client, hair), waits };
  }

  /** The first, unless what is under way keeps it: then whoever else may go. */
  #withRoom(able: readonly Facts[], floor: number | undefined, hair: number): Facts | undefined {
    const first = able.find(({ priority }) => floor === undefined || priority === floor);
    const candidates = [first, able[0]].filter((one) => one !== undefined);
    const goes = candidates.find((one) => this.#mayStart(one));
    this.isBlocked = first !== undefined && goes === undefined;
    if (!this.isBlocked) return goes;
    return this.#flight.started.find((one) => this.hasTokens(one, one.startedLeft, hair));
  }

  #mayStart({ startedLeft, waiting, priority }: Facts): boolean {
    return startedLeft > 0 || this.#flight.hasRoom(priority, waiting[0] ?? 0);
  }

  /**
   * Whether the client's own bucket, and its priority's, have what it needs to go with a message of so many
   * bytes.
   */
  hasTokens(client: Facts, bytes: number, hair: number): boolean {
    const need = Math.min(bytes, this.#options.slice);
    const buckets = [this.#bucketOf(client), this.#priorities.get(client.priority)];
    return buckets.every((bucket) => bucket?.has(need, this.#now(), hair) !== false);
  }

  /** When what a client has waiting can go, as its own limits say, if that is later than now. */
  opensAt(client: Facts): number {
    const now = this.#now();
    const due = client.startedLeft === 0 && client.period !== undefined ? client.due : now;
    const own = this.#clients.get(client)?.readyAt(this.#need(client), now) ?? now;
    if (own > now || due > now) return Math.max(own, due);
    const head = this.#head(client.priority, this.clients);
    const bucket = this.#priorities.get(client.priority);
    return head === undefined ? now : (bucket?.readyAt(this.#need(head), now) ?? now);
  }

  /** The client's facts have changed: it takes its place in the round, or gives it up. */
  update(client: Facts): void {
    this.#refresh();
    this.#seat(client);
    this.#noteAble();
  }

  /** Must be called before a client's priority or period changes. */
  withdraw(client: Facts): void {
    if (this.#round.has(client)) this.#round.leave(client);
    this.#round.forfeit(client);
    // For a moment nobody may be able to go in its priority.
    const { closed } = client;
    client.closed = true;
    this.#noteAble();
    client.closed = closed;
  }

  /** A hand-over was made. `update` follows when all that started with it has been told. */
  charge(client: Facts, bytes: number): void {
    const now = this.#now();
    this.#server?.take(bytes, now);
    this.#priorities.get(client.priority)?.take(bytes, now);
    this.#bucketOf(client)?.take(bytes, now);
    const floor = this.#floors.get(client.priority);
    if (floor !== undefined) {
      const largest = Math.max(this.#options.handOver, this.#options.slice);
      const isEntitled = floor.release <= this.#total;
      floor.release += bytes / floor.share;
      if (!isEntitled) floor.release = Math.min(floor.release, this.#total + largest / floor.share);
    }
    this.#total += bytes;
    this.#round.charge(client, bytes);
  }

  /** Lines went to the client beside its messages. */
  told(client: Facts, bytes: number): void {
    this.#server?.take(bytes, this.#now());
    this.#bucketOf(client)?.take(bytes, this.#now());
  }

  /** Time has passed: those who have got tokens take their places, in the order in which they got them. */
  #refresh(): void {
    const now = this.#now();
    const opens = (client: Facts): number =>
      this.#clients.get(client)?.readyAt(this.#need(client), this.#lastRefresh) ?? now;
    const inOrder = this.clients
      .filter((client) => !this.#round.has(client))
      .map((client) => ({ client, at: opens(client) }))
      .sort((a, b) => (Math.abs(a.at - b.at) < HAIR ? a.client.id - b.client.id : a.at - b.at));
    for (const { client } of inOrder) this.#seat(client);
    this.#lastRefresh = now;
  }

  #seat(client: Facts): void {
    const isIn = this.#round.has(client);
    const belongs = client.period === undefined && canGo(client, Infinity) && this.#hasOwn(client, HAIR);
    if (belongs && !isIn) this.#round.enter(client);
    if (!belongs && isIn) this.#round.leave(client);
  }

  #noteAble(): void {
    const able = new Set(this.#able(HAIR).map(({ priority }) => priority));
    for (const [priority, floor] of this.#floors) {
      const isAble = able.has(priority);
      if (isAble && !floor.isAble) floor.release = Math.max(floor.release, this.#total);
      floor.isAble = isAble;
    }
  }

  /** Everybody that can go, but for the server's bucket. */
  #able(hair: number): Facts[] {
    const now = this.#now();
    const ready = this.clients.filter((client) => canGo(client, now) && this.#hasOwn(client, hair));
    return ready.filter(({ priority }) => {
      const bucket = this.#priorities.get(priority);
      const head = bucket && this.#head(priority, ready);
      return head === undefined || bucket?.has(this.#need(head), now, hair) !== false;
    });
  }

  #head(priority: number, clients: readonly Facts[]): Facts | undefined {
    const now = this.#now();
    const [head] = clients
      .filter((client) => client.priority === priority && canGo(client, now) && this.#hasOwn(client, HAIR))
      .sort((a, b) => this.#compare(a, b));
    return head;
  }

  #hasOwn(client: Facts, hair: number): boolean {
    return this.#bucketOf(client)?.has(this.#need(client), this.#now(), hair) !== false;
  }

  #bucketOf(client: Facts): NaiveBucket | undefined {
    const limits = this.#options.egress?.client;
    if (limits === undefined) return undefined;
    const bucket = this.#clients.get(client) ?? new NaiveBucket(limits);
    this.#clients.set(client, bucket);
    return bucket;
  }

  #need(client: Facts): number {
    return Math.min(client.startedLeft || (client.waiting[0] ?? 0), this.#options.slice);
  }

  /** The priority whose floor goes before the strict order. */
  #entitled(): number | undefined {
    const largest = Math.max(this.#options.handOver, this.#options.slice);
    const [first] = [...this.#floors]
      .filter(([, { isAble, release }]) => isAble && release <= this.#total)
      .map(([priority, { release, share }]) => ({ priority, deadline: release + largest / share }))
      .sort((a, b) => a.deadline - b.deadline || a.priority - b.priority);
    return first?.priority;
  }

  #compare(a: Facts, b: Facts): number {
    if (a.priority !== b.priority) return a.priority - b.priority;
    if (a.period !== undefined && b.period !== undefined) {
      return a.due + a.period - (b.due + b.period) || a.id - b.id;
    }
    if (a.period !== undefined || b.period !== undefined) return a.period === undefined ? 1 : -1;
    return this.#round.placeOf(a) - this.#round.placeOf(b);
  }

  #bytesOf(client: Facts, hair: number): number {
    const { handOver, slice } = this.#options;
    if (client.startedLeft > 0) return Math.min(client.startedLeft, slice);
    const now = this.#now();
    const levels = [this.#server, this.#priorities.get(client.priority), this.#bucketOf(client)];
    const room = Math.min(handOver, ...levels.map((bucket) => (bucket?.level(now) ?? Infinity) + hair));
    const [first = 0, ...rest] = client.waiting;
    let gathered = first;
    for (const next of client.period === undefined ? rest : []) {
      if (gathered + next > room || !this.#flight.hasRoom(client.priority, gathered + next)) break;
      gathered += next;
    }
    return gathered > first ? gathered : Math.min(first, slice);
  }
}
