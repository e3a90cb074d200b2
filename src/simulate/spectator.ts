import type { Waits } from "../base/events.ts";
import type { Rate } from "../base/rate.ts";
import { after, type FrameNumber, MonotonicMs } from "../base/units.ts";
import type { SinkAnswer } from "../dispatch/sink.ts";
import type { FrameLog } from "../library/log.ts";
import type { Gate } from "../playback/admittance.ts";
import type { OutgoingMessage } from "../playback/outlet.ts";
import { makePlan, type Plan } from "../playback/plan.ts";
import type { Account } from "./account.ts";
import { chooseOne } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";
import { Entrance, type Refusal } from "./entrance.ts";
import { Fifo } from "./fifo.ts";
import { type AudienceModel, SEEKS } from "./scenario.ts";
import type { Ended, SimulatedServer, SimulatedViewer, ViewerListener } from "./server.ts";
import type { Passed } from "./sink.ts";
import { type TraceDetail, type TraceEvent, traceLine, type WriteLine } from "./trace.ts";

/** Where spectators come to. */
export type Theatre = {
  readonly clock: VirtualClock;
  readonly server: SimulatedServer;
  /** Where timed viewers are admitted; all are, when undefined. */
  readonly gate: Gate | undefined;
  readonly seed: number;
  /** When the simulation ends: what arrives later is not seen. */
  readonly end: MonotonicMs;
  readonly trace: WriteLine | undefined;
};

/** One spectator: who it is, and what it watches. */
export type SpectatorOptions = {
  readonly number: number;
  readonly audience: AudienceModel;
  readonly log: FrameLog;
  readonly account: Account;
};

/** A message that has started, until its last byte has left the uplink. */
type Started = {
  /** Where it ends among all bytes that were sent. */
  readonly end: number;
  readonly epoch: number;
  readonly message: number;
  readonly bytes: number;
  readonly due: MonotonicMs | undefined;
  /** When its epoch was asked for; of its first message only. */
  readonly askedAt: MonotonicMs | undefined;
};

/** One simulated person: comes, watches, seeks, leaves or is lost; and an ear at its place in the server. */
export class Spectator implements ViewerListener {
  readonly #theatre: Theatre;
  readonly #options: SpectatorOptions;
  readonly #rate: Rate | undefined;
  readonly #entrance: Entrance | undefined;
  readonly #started = new Fifo<Started>();
  #viewer: SimulatedViewer | undefined;
  #cameAt = MonotonicMs(0);
  #askedAt = MonotonicMs(0);
  #seeks = 0;
  #startedBytes = 0;
  #arrived = 0;
  #isIn = false;
  #isLossSet = false;
  #isGone = false;

  constructor(theatre: Theatre, options: SpectatorOptions) {
    this.#theatre = theatre;
    this.#options = options;
    const { pace } = options.audience;
    if (pace === "untimed") this.#rate = undefined;
    else this.#rate = pace === "movie" ? options.log.rate : pace;
    this.#entrance = theatre.gate && new Entrance(theatre.gate);
  }

  come(): void {
    const { clock, server } = this.#theatre;
    const { audience } = this.#options;
    this.#cameAt = clock.now();
    this.#note("come", {});
    this.#viewer = server.connect(audience.link, this);
    const { loss, stay } = audience;
    if (loss !== undefined && "at" in loss) {
      clock.at(MonotonicMs(Math.max(loss.at, clock.now())), () => this.#lose());
    }
    if (stay !== undefined) clock.at(after(clock.now(), stay), () => this.leave());
    this.#ask(undefined);
  }

  /** Goes, if it is still there. May be called twice. */
  leave(): void {
    this.#go("close", { isLost: false });
  }

  sent(bytes: number, answer: SinkAnswer): void {
    this.#options.account.handedOverBytes += bytes;
    this.#entrance?.sent(bytes);
    this.#note("send", { bytes });
    if (answer === "wait") this.#note("wait", {});
  }

  drained(): void {
    this.#note("drain", {});
  }

  started(message: OutgoingMessage, due: MonotonicMs | undefined, waits: Waits): void {
    const { account } = this.#options;
    const { epoch, number, bytes } = message;
    this.#startedBytes += bytes;
    const isFirst = number === 0;
    this.#entrance?.started({ end: this.#startedBytes, bytes });
    this.#started.push({
      end: this.#startedBytes,
      epoch,
      message: number,
      bytes,
      due: isFirst ? undefined : due,
      askedAt: isFirst ? this.#askedAt : undefined,
    });
    account.sent += 1;
    account.waited(waits);
    // The timeline begins with the first one, which is therefore never late.
    if (due !== undefined && !isFirst) account.atHandOver.add(Math.max(this.#theatre.clock.now() - due, 0));
    this.#note("start", { epoch, message: number, bytes });
  }

  skipped(waits: Waits): void {
    this.#options.account.waited(waits);
    this.#note("skip", {});
  }

  ended({ receipt, plan }: Ended): void {
    const { account } = this.#options;
    this.#entrance?.ended(plan);
    account.skipped += receipt.skipped;
    account.missing += receipt.missing;
    this.#note("end", { epoch: receipt.epoch, message: receipt.sent, bytes: receipt.bytes });
  }

  passed({ position, sentAt, leftAt, arrivesAt }: Passed): void {
    const { times } = this.#options.account;
    const { loss } = this.#options.audience;
    const { clock, end } = this.#theatre;
    for (let next = this.#started.first; next !== undefined && next.end <= position;) {
      this.#started.shift();
      const one = next;
      next = this.#started.first;
      times.uplink += leftAt - sentAt;
      times.link += Math.min(arrivesAt, end) - leftAt;
      if (arrivesAt <= clock.now()) this.#arrives(one);
      else if (arrivesAt <= end) clock.at(arrivesAt, () => this.#arrives(one));
    }
    if (loss === undefined || !("after" in loss) || this.#isLossSet || position < loss.after) return;
    this.#isLossSet = true;
    if (Number.isFinite(arrivesAt)) clock.at(arrivesAt, () => this.#lose());
  }

  #arrives({ epoch, message, bytes, due, askedAt }: Started): void {
    if (this.#isGone) return;
    const { account } = this.#options;
    const now = this.#theatre.clock.now();
    this.#arrived += 1;
    account.arrived += 1;
    account.arrivedBytes += bytes;
    if (due !== undefined) account.atArrival.add(Math.max(now - due, 0));
    if (askedAt !== undefined) account.startUp.add(now - askedAt);
    this.#note("arrive", { epoch, message, bytes });
  }

  /** Asks to play from a frame on. The next seek comes when this has been answered. */
  #ask(start: FrameNumber | undefined): void {
    const askedAt = this.#theatre.clock.now();
    const plan = this.#planFrom(start);
    const answer = (refusal: Refusal | undefined): void => {
      if (refusal === undefined) this.#play(plan, askedAt);
      else this.#wasRefused(refusal);
      this.#seekLater();
    };
    if (this.#entrance === undefined) answer(undefined);
    else this.#entrance.ask(plan, answer);
  }

  #planFrom(start: FrameNumber | undefined): Plan {
    const { log, audience } = this.#options;
    const { priority, contract } = audience;
    const range = { start, from: undefined, to: undefined, repeat: true, missing: undefined };
    return makePlan(log, { ...range, rate: this.#rate, contract, priority }, undefined);
  }

  #play(plan: Plan, askedAt: MonotonicMs): void {
    this.#isIn = true;
    this.#askedAt = askedAt;
    this.#note("play", {});
    this.#viewer?.playback.play(plan);
  }

  // Who plays already goes on with that; a newcomer goes away.
  #wasRefused({ fittingFps }: Refusal): void {
    const { account } = this.#options;
    this.#note("refuse", {});
    if (this.#isIn) {
      account.refusedSeeks += 1;
      return;
    }
    account.refused(fittingFps);
    this.#isGone = true;
    this.#viewer?.close();
  }

  #seekLater(): void {
    const { clock, seed } = this.#theatre;
    const { log, number, audience } = this.#options;
    if (audience.seekEvery === undefined || this.#isGone) return;
    clock.at(after(clock.now(), audience.seekEvery), () => {
      if (this.#isGone) return;
      this.#seeks += 1;
      this.#ask(log.nth(chooseOne(log.count, seed, SEEKS, number, this.#seeks))?.number);
    });
  }

  #lose(): void {
    this.#go("lost", { isLost: true });
  }

  #go(event: TraceEvent, { isLost }: { readonly isLost: boolean }): void {
    if (this.#isGone || this.#viewer === undefined) return;
    const { abandoned } = this.#viewer;
    this.#note(event, {});
    this.#entrance?.cancel();
    this.#viewer.close();
    this.#isGone = true;
    this.#options.account.left({
      ms: this.#theatre.clock.now() - this.#cameAt,
      wanted: this.#rate && this.#rate.numerator / this.#rate.denominator,
      arrived: this.#arrived,
      isLost: isLost || abandoned !== undefined,
    });
  }

  #note(event: TraceEvent, detail: TraceDetail): void {
    const { trace, clock } = this.#theatre;
    trace?.(traceLine(clock.now(), event, this.#options.number, detail));
  }
}
