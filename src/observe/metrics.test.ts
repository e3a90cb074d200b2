import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { CONTRACTS } from "../base/contract.ts";
import { EPOCH_ENDS, events, type Receipt, TRANSPORTS } from "../base/events.ts";
import { measuring } from "./metrics.testing.ts";

/** Fixed, so that a run says the same everywhere; `FC_SEED` tries other cases. */
const SEED = Number(process.env["FC_SEED"] ?? 19_660);

const WAITS = { production: 1, ring: 0, client: 250, budget: 0, better: 0.5, turn: 0 };

/** The values of our own families, by what stands before them. */
async function read(metrics: { text(): Promise<string> }): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split("\n").filter((line) => line.startsWith("mutoscope_"));
  return new Map(
    lines.map((line) => {
      const gap = line.lastIndexOf(" ");
      return [line.slice(0, gap), Number(line.slice(gap + 1))];
    }),
  );
}

function receiptOf(priority: number, contract: Receipt["contract"]): Receipt {
  return {
    movie: "sw",
    epoch: 1,
    end: "finished",
    contract,
    first: 1,
    last: 2,
    sent: 2,
    priority,
    wished: undefined,
    skipped: 0,
    missing: 0,
    substituted: 0,
    late: 0,
    lateness: undefined,
    waits: WAITS,
    bytes: 2,
    digest: "00",
  };
}

// https://prometheus.io/docs/practices/naming/: what is named otherwise is read wrongly by those who know it.
test("names, types, units and help follow Prometheus' conventions", (t) => {
  const { families } = measuring(t);
  const names = families.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length, "a name is there twice");
  for (const { name, type, help, labels } of families) {
    assert.match(name, /^mutoscope(_[a-z]+)+$/);
    assert.equal(name.endsWith("_total"), type === "counter", `${name} is a ${type}`);
    assert.doesNotMatch(name, /_(count|sum|bucket|gauge|counter|histogram)$/);
    assert.doesNotMatch(
      name,
      /_(ms|milliseconds|minutes|hours|bits|kb|mb|percent)(_|$)/,
      "a unit of its own",
    );
    const unit = /_(seconds|bytes|ratio)(?=_|$)/.exec(name)?.[0];
    if (unit !== undefined)
      assert.match(name, new RegExp(`${unit}(_per_second)?(_total)?$`), "a unit comes last");
    assert.match(help, /^[A-Z].{14,}\.$/, `${name}: ${help}`);
    for (const label of labels) assert.match(label, /^[a-z]+$/);
  }
});

/** As many connections come, ask, play and go. */
function crowd(count: number): void {
  for (let number = 1; number <= count; number += 1) {
    const peer = `10.1.${number >> 8}.${number & 255}:${number}`;
    const transport = TRANSPORTS[number % 3] ?? "classic";
    const contract = CONTRACTS[number % 3] ?? "all";
    const movie = `movie${number}`;
    const base = { connection: number, transport, peer };
    events.connectionOpened.publish(base);
    events.connectionRefused.publish({ transport, peer, code: "CONNECTION_LIMIT" });
    const about = { ...base, playback: `p-${number}`, request: number };
    events.requestRefused.publish({ ...about, code: "MOVIE_NOT_FOUND", detail: movie });
    const message = { priority: number % 8, contract, waits: WAITS };
    events.messageStarted.publish({ ...message, bytes: 1, isSubstitute: false, isCached: true });
    events.messageTimed.publish({ ...message, lateness: number, isLate: true });
    events.frameProduced.publish({ movie, frame: number, worker: number, ms: 1, bytes: 1, format: "png" });
    events.frameFailed.publish({ movie, frame: number, code: "FRAME_EMPTY", detail: movie });
    const receipt = { ...receiptOf(number % 8, contract), movie };
    events.playbackEnded.publish({ ...about, receipt, code: undefined });
    events.connectionClosed.publish({ ...base, reason: undefined });
  }
}

// A label value for each client, movie or id would fill whoever stores them.
test("labels are of finite sets: 10,000 connections and movies make no more values than 100", async (t) => {
  const metrics = measuring(t);
  crowd(100);
  const few = [...(await read(metrics)).keys()];
  crowd(10_000);
  const many = [...(await read(metrics)).keys()];
  assert.deepEqual(many, few);
  assert.ok(many.length < 800, `${many.length} values`);
  assert.doesNotMatch((await metrics.text()).replace(/^#.*$/gm, ""), /10\.1\.|movie\d|p-\d/);
});

/** A message of the priority leaves. */
function say(priority: number): void {
  events.messageStarted.publish({
    priority,
    contract: "paced",
    bytes: 1000,
    isSubstitute: priority === 0,
    isCached: priority === 255,
    waits: WAITS,
  });
}

// Whoever never had a viewer of priority 200 has no values of it, and those of a worse one are not mixed in.
test("a priority appears when it was used, with what was said of it alone", async (t) => {
  const metrics = measuring(t);
  say(255);
  say(255);
  say(0);
  const values = await read(metrics);
  const sent = [...values].filter(([name]) => name.startsWith("mutoscope_messages_sent_total"));
  assert.deepEqual(Object.fromEntries(sent), {
    'mutoscope_messages_sent_total{priority="0",contract="paced"}': 1,
    'mutoscope_messages_sent_total{priority="255",contract="paced"}': 2,
  });
  const value = (name: string): number | undefined => values.get(name);
  assert.equal(value('mutoscope_sent_bytes_total{priority="255",contract="paced"}'), 2000);
  assert.equal(value('mutoscope_frames_substituted_total{priority="0",contract="paced"}'), 1);
  const waits = 'mutoscope_message_wait_seconds_total{priority="255",contract="paced",reason=';
  assert.equal(value(`${waits}"client"}`), 0.5);
  assert.equal(value(`${waits}"better"}`), 0.001);
  assert.deepEqual([value("mutoscope_cache_hits_total"), value("mutoscope_cache_misses_total")], [2, 1]);
});

// Which bucket a value on a bound belongs to decides what "in time" means.
test("lateness is in seconds, and one that is on a bucket's bound is inside", async (t) => {
  const metrics = measuring(t);
  for (const lateness of [0, 42, 42.001, 60_000])
    events.messageTimed.publish({ priority: 3, contract: "all", lateness, isLate: lateness > 42 });
  const values = await read(metrics);
  const at = (le: string): number | undefined =>
    values.get(`mutoscope_message_lateness_seconds_bucket{priority="3",contract="all",le="${le}"}`);
  assert.deepEqual([at("0.001"), at("0.042"), at("0.084"), at("30"), at("+Inf")], [1, 2, 3, 3, 4]);
  assert.equal(values.get('mutoscope_message_lateness_seconds_count{priority="3",contract="all"}'), 4);
  assert.equal(values.get('mutoscope_messages_late_total{priority="3",contract="all"}'), 2);
  const sum = values.get('mutoscope_message_lateness_seconds_sum{priority="3",contract="all"}') ?? 0;
  assert.ok(Math.abs(sum - 60.084001) < 1e-9, `${sum}`);
});

// Why connections end is asked by protocol; one of WebSocket was one of HTTP when it came.
test("connections are counted when they come and go, under what they spoke then", async (t) => {
  const metrics = measuring(t, { connections: { classic: 0, http: 1, websocket: 2 } });
  const [peer, code] = ["10.0.0.1:5000", "CONNECTION_STALLED"] as const;
  events.connectionOpened.publish({ connection: 2, transport: "http", peer });
  events.connectionUpgraded.publish({ connection: 2, peer });
  events.connectionClosed.publish({ connection: 2, transport: "websocket", peer, reason: code });
  const values = await read(metrics);
  const expected = {
    'mutoscope_connections{transport="classic"}': 0,
    'mutoscope_connections{transport="websocket"}': 2,
    'mutoscope_connections_opened_total{transport="http"}': 1,
    'mutoscope_connections_opened_total{transport="websocket"}': 1,
    'mutoscope_connections_closed_total{transport="websocket",code="CONNECTION_STALLED"}': 1,
    'mutoscope_errors_total{stage="connection",code="CONNECTION_STALLED"}': 1,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(values.get(name), value, name);
});

/** Anything that counts. */
const happening = fc.oneof(
  fc
    .record({ priority: fc.nat(3), contract: fc.constantFrom(...CONTRACTS), ms: fc.nat(50) })
    .map(({ priority, contract, ms }) => () => {
      const waits = { ...WAITS, client: ms };
      const message = { priority, contract, waits };
      events.messageStarted.publish({ ...message, bytes: ms, isSubstitute: ms > 40, isCached: ms > 20 });
      events.messageTimed.publish({ ...message, lateness: ms, isLate: ms > 42 });
      events.messageGivenUp.publish(message);
      events.framesPassed.publish({ ...message, skipped: ms, missing: ms & 1 });
    }),
  fc
    .record({ contract: fc.constantFrom(...CONTRACTS), end: fc.constantFrom(...EPOCH_ENDS) })
    .map(({ contract, end }) => () => {
      const receipt = { ...receiptOf(1, contract), end };
      events.playbackEnded.publish({ connection: 1, playback: undefined, receipt, code: "FRAME_MISSING" });
    }),
  fc.nat(99).map((ms) => () => {
    events.frameProduced.publish({ movie: "sw", frame: 1, worker: 1, ms, bytes: ms, format: "jpeg" });
    events.movieChanged.publish({ movie: "sw", landed: ms, revised: 1, removed: 0 });
    events.workerDied.publish({ detail: "exit 1" });
  }),
);

// A counter that falls looks like a restart: every rate that is made of it is wrong.
test("a counter never goes down, and a value that was there stays", async (t) => {
  const check = async (parts: readonly (readonly (() => void)[])[]): Promise<void> => {
    const metrics = measuring(t);
    let before = new Map<string, number>();
    for (const part of parts) {
      for (const happen of part) happen();
      const now = await read(metrics);
      for (const [name, value] of before)
        if (isCounted(name)) assert.ok((now.get(name) ?? -1) >= value, `${name}: ${value}, ${now.get(name)}`);
      before = now;
    }
    metrics.stop();
  };
  const parts = fc.array(fc.array(happening, { maxLength: 20 }), { minLength: 2, maxLength: 5 });
  t.diagnostic(`FC_SEED=${SEED}`);
  await fc.assert(fc.asyncProperty(parts, check), { seed: SEED, numRuns: 30 });
});

function isCounted(name: string): boolean {
  return /^\w+_(total|bucket|count|sum)(\{|$)/.test(name);
}

// What stands still must not look as if it had never been; nor what was not configured as if it were 0.
test("what the stages hold and what bounds them is read when it is asked for", async (t) => {
  const playback = { transport: "http", priority: 2, contract: "paced" } as const;
  const metrics = measuring(t, {
    held: { messages: 3, bytes: 1000, inFlight: 5000 },
    usage: [{ priority: 2, bytes: 9000, handOvers: 7 }],
    playbacks: [playback, playback, { ...playback, priority: 0 }],
  });
  const values = await read(metrics);
  const expected = {
    mutoscope_ring_messages: 3,
    mutoscope_ring_slots: 4096,
    mutoscope_in_flight_bytes: 5000,
    'mutoscope_egress_bytes_total{priority="2"}': 9000,
    'mutoscope_hand_overs_total{priority="2"}': 7,
    'mutoscope_playbacks{transport="http",priority="2",contract="paced"}': 2,
    'mutoscope_playbacks{transport="http",priority="0",contract="paced"}': 1,
    'mutoscope_build_info{version="1.2.3"}': 1,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(values.get(name), value, name);
  assert.ok(!values.has('mutoscope_egress_budget_bytes_per_second{scope="server"}'));
});

// Two who read at the same moment must not make the server work twice.
test("whoever reads while somebody does gets the same text, and later a new one", async (t) => {
  const metrics = measuring(t);
  const [first, second] = [metrics.text(), metrics.text()];
  assert.equal(first, second);
  await first;
  assert.notEqual(metrics.text(), first);
});

// Asking lists all playbacks: for each metric anew, ten thousand of them kept every viewer waiting 20 ms.
test("the stages are asked once for each reading, and anew for the next", async (t) => {
  let times = 0;
  const held = { messages: 0, bytes: 0, inFlight: 0 };
  const metrics = measuring(t, { held }, () => (times += 1));
  for (const messages of [1, 2, 3]) {
    held.messages = messages;
    const values = await read(metrics);
    assert.equal(values.get("mutoscope_ring_messages"), messages);
    assert.equal(times, messages);
  }
});

// What has been stopped must not hold what it listened to, nor make the stages build events.
test("after stop nothing is listened to", (t: TestContext) => {
  const metrics = measuring(t);
  assert.ok(events.messageStarted.hasListeners);
  metrics.stop();
  metrics.stop();
  const heard = Object.entries(events).filter(([, channel]) => channel.hasListeners);
  assert.deepEqual(
    heard.map(([name]) => name),
    [],
  );
});
