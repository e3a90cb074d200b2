import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { measure, selectorText } from "../../web/status/figure.ts";
import { History, stacked } from "../../web/status/history.ts";
import { Snapshot } from "../../web/status/snapshot.ts";

const SENT = "mutoscope_messages_sent_total";
const DELAY = "mutoscope_event_loop_delay_seconds";

type Told = {
  readonly at: number;
  readonly birth?: number;
  readonly sent?: Readonly<Record<string, number>>;
};

/** What a server says that was started at `birth` and has sent so many messages, by priority. */
function told({ at, birth = 1, sent = {} }: Told, number = at): Snapshot {
  const values = Object.entries(sent).map(([priority, value]) => ({ labels: { priority }, value }));
  const birthday = { name: "process_start_time_seconds", type: "gauge", help: "" };
  const body = [
    { name: SENT, type: "counter", help: "Messages.", values },
    { ...birthday, values: [{ labels: {}, value: birth }] },
  ];
  return new Snapshot(body, { number, at });
}

/** A histogram that has counted so many values up to each bound. */
function delays(at: number, upTo: Readonly<Record<string, number>>, sum: number): Snapshot {
  const buckets = Object.entries(upTo).map(([le, value]) => ({
    labels: { le },
    value,
    metricName: `${DELAY}_bucket`,
  }));
  const last = Object.values(upTo).at(-1) ?? 0;
  const values = [
    ...buckets,
    { labels: {}, value: sum, metricName: `${DELAY}_sum` },
    { labels: {}, value: last, metricName: `${DELAY}_count` },
  ];
  return new Snapshot([{ name: DELAY, type: "histogram", help: "", values }], { number: at, at });
}

const RATE = { how: "rate", of: { name: SENT } } as const;
const LINES = [{ key: "sent", figure: RATE }];

describe("a rate on the status page", () => {
  // The time between two answers is what it was, not what it should have been.
  it("is the increase over the time between two answers, of all labels or of those that are named", () => {
    const before = told({ at: 1000, sent: { 0: 100, 3: 50 } });
    const now = told({ at: 3500, sent: { 0: 150, 3: 51 } });
    assert.equal(measure(RATE, now, before), 51 / 2.5);
    const one = { how: "rate", of: { name: SENT, labels: { priority: "3" } } } as const;
    assert.equal(measure(one, now, before), 1 / 2.5);
    const both = { how: "rate", of: { name: SENT, labels: { priority: ["0", "3"] } } } as const;
    assert.equal(measure(both, now, before), 51 / 2.5);
    assert.equal(selectorText(both.of), `${SENT}{priority=~"0|3"}`);
  });

  // A first viewer of a priority is as many frames as it got.
  it("counts from 0 what was not there before", () => {
    const now = told({ at: 2000, sent: { 7: 24 } });
    assert.equal(measure(RATE, now, told({ at: 1000 })), 24);
  });

  // A server that was started anew has sent a negative number of frames, if one does not look.
  it("is not known over a restart, also when the new counter is already higher", () => {
    const before = told({ at: 1000, sent: { 3: 10 } });
    assert.equal(measure(RATE, told({ at: 2000, sent: { 3: 5 } }), before), undefined);
    assert.equal(measure(RATE, told({ at: 2000, birth: 2, sent: { 3: 500 } }), before), undefined);
  });

  it("is not known of two answers of the same moment, nor of one alone", () => {
    const now = told({ at: 1000, sent: { 3: 5 } });
    assert.equal(measure(RATE, now, now), undefined);
    assert.equal(measure(RATE, now), undefined);
  });
});

describe("what a histogram counted between two answers", () => {
  // As Prometheus has it, so that a dashboard beside the page says the same.
  it("gives the mean, and the bound of 99 of 100 by even parts of a bucket", () => {
    const before = delays(1000, { 0.01: 5, 0.1: 5, "+Inf": 5 }, 0.05);
    const now = delays(2000, { 0.01: 55, 0.1: 105, "+Inf": 105 }, 4.05);
    const of = { name: DELAY };
    assert.equal(measure({ how: "mean", of }, now, before), 4 / 100);
    assert.ok(Math.abs((measure({ how: "p99", of }, now, before) ?? 0) - (0.01 + 0.09 * (49 / 50))) < 1e-12);
  });

  it("is at least the last bound when it lies beyond, and nothing when nothing was counted", () => {
    const before = delays(1000, { 0.01: 5, "+Inf": 5 }, 0.05);
    const of = { name: DELAY };
    assert.equal(measure({ how: "p99", of }, delays(2000, { 0.01: 5, "+Inf": 9 }, 9), before), 0.01);
    assert.equal(measure({ how: "p99", of }, before, before), undefined);
    assert.equal(measure({ how: "mean", of }, before, before), undefined);
  });
});

describe("the history of the status page", () => {
  it("draws one moment for each answer, from the second one on", () => {
    const history = new History();
    for (let second = 1; second <= 4; second += 1)
      history.add(told({ at: second * 1000, sent: { 3: second * 24 } }), LINES);
    assert.deepEqual(history.columns(["sent"]), { times: [1, 2, 3, 4], lines: [[null, 24, 24, 24]] });
    assert.equal(history.previous?.at, 3000);
  });

  // One missed poll is no gap: what was sent meanwhile was sent.
  it("spreads what came while a poll or two were missed", () => {
    const history = new History();
    history.add(told({ at: 1000, sent: { 3: 0 } }), LINES);
    history.add(told({ at: 4000, sent: { 3: 72 } }), LINES);
    assert.deepEqual(history.columns(["sent"]).lines, [[null, 24]]);
  });

  // An hour of a hidden tab must be neither a line nor a spike.
  it("has a gap, and no rate, after the page was hidden for long", () => {
    const history = new History();
    history.add(told({ at: 1000, sent: { 3: 24 } }), LINES);
    history.add(told({ at: 61_000, sent: { 3: 9000 } }), LINES);
    assert.equal(history.previous, undefined);
    history.add(told({ at: 62_000, sent: { 3: 9024 } }), LINES);
    assert.deepEqual(history.columns(["sent"]), { times: [1, 31, 61, 62], lines: [[null, null, null, 24]] });
    history.add(told({ at: 3_662_000, sent: { 3: 90_000 } }), LINES);
    history.add(told({ at: 3_663_000, sent: { 3: 90_024 } }), LINES);
    assert.equal(history.minuteAgo?.at, 3_662_000);
    assert.deepEqual(history.columns(["sent"]).lines[0]?.slice(-1), [24]);
    assert.ok(history.columns(["sent"]).times.every((time) => time > 1800));
  });

  it("has a gap where the server was started anew, and compares with nothing before", () => {
    const history = new History();
    history.add(told({ at: 1000, sent: { 3: 24 } }), LINES);
    history.add(told({ at: 2000, birth: 2, sent: { 3: 48 } }), LINES);
    assert.equal(history.previous, undefined);
    assert.equal(history.minuteAgo, undefined);
    assert.deepEqual(history.columns(["sent"]).lines, [[null, null, null]]);
  });

  // The page may be open for weeks.
  it("keeps five minutes, and answers of one", () => {
    const history = new History();
    for (let second = 1; second <= 1000; second += 1)
      history.add(told({ at: second * 1000, sent: { 3: second } }), LINES);
    const { times } = history.columns(["sent"]);
    assert.deepEqual([times[0], times.at(-1)], [700, 1000]);
    assert.equal(history.minuteAgo?.at, 940_000);
  });

  it("stacks what is known, and has a gap only where nothing is", () => {
    const lines = [
      [1, null, null],
      [2, 5, null],
    ];
    assert.deepEqual(stacked(lines), [
      [1, null, null],
      [3, 5, null],
    ]);
  });
});

describe("an answer that is no list of metrics", () => {
  it("is refused", () => {
    assert.throws(() => new Snapshot({ detail: "no" }, { number: 1, at: 1 }), TypeError);
  });
});
