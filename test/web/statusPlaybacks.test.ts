import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ledger } from "../../web/status/ledger.ts";
import { Operator } from "../../web/status/operator.ts";
import { chosen, filtered, held, sorted } from "../../web/status/order.ts";
import { type EndReceipt, type Playback, askedRate, renditionWords } from "../../web/status/playback.ts";
import { BITS, BYTES, COUNTS, RATIO, topOf } from "../../web/status/scale.ts";
import { bitRate, bytes, duration, percent, seconds } from "../../web/status/units.ts";
import { largest, parts } from "../../web/status/waiting.ts";

const ORIGINAL = { format: "original", width: null, quality: null, levels: null, exposure: null };

const NO_WAITS = { production: 0, ring: 0, client: 0, budget: 0, better: 0, turn: 0 };

function playback(id: string, more: Partial<Playback> = {}): Playback {
  return {
    id,
    transport: "http",
    client: `client of ${id}`,
    address: "10.0.0.1",
    movie: "sw",
    epoch: 1,
    priority: 3,
    contract: "paced",
    fps: "24",
    rendition: ORIGINAL,
    seconds: 1,
    wished: null,
    frame: 1,
    delivered: 24,
    sent: 24,
    skipped: 0,
    missing: 0,
    substituted: 0,
    late: 0,
    bytes: 1000,
    lateness: null,
    waits: NO_WAITS,
    ...more,
  };
}

function receipt(more: Partial<EndReceipt> = {}): EndReceipt {
  const counts = { sent: 24, skipped: 0, missing: 0, substituted: 0, bytes: 1000 };
  return { ...counts, end: "finished", first: 1, last: 24, digest: "00", ...more };
}

const ids = (playbacks: readonly Playback[]): string[] => playbacks.map(({ id }) => id);

describe("the ledger of playbacks", () => {
  // A list takes a while on its way; what happened meanwhile is newer.
  it("believes events that come while a list is under way, also that one has ended", () => {
    const ledger = new Ledger();
    ledger.open(playback("a"));
    const take = ledger.ask();
    ledger.close({ playback: playback("a"), receipt: receipt(), at: 1 });
    ledger.open(playback("b", { priority: 1 }));
    take([playback("a"), playback("b", { priority: 9 }), playback("c")]);
    assert.deepEqual(ids(ledger.running).toSorted(), ["b", "c"]);
    assert.equal(ledger.find("b")?.priority, 1);
  });

  it("forgets those that a list has no more", () => {
    const ledger = new Ledger();
    ledger.open(playback("a"));
    ledger.ask()([playback("b")]);
    assert.deepEqual(ids(ledger.running), ["b"]);
  });

  // A seek ends one epoch and opens the next: the playback is still there.
  it("keeps one whose next epoch was opened before the last one's end was told", () => {
    const ledger = new Ledger();
    ledger.open(playback("a", { epoch: 2 }));
    ledger.close({ playback: playback("a", { epoch: 1 }), receipt: receipt({ end: "replaced" }), at: 1 });
    assert.deepEqual(ids(ledger.running), ["a"]);
    assert.equal(ledger.ended.length, 1);
  });

  // Whoever turns over thumbnails must not push everybody else's receipts off the page.
  it("counts single frames, and remembers a hundred others of ten minutes", () => {
    const ledger = new Ledger();
    for (let at = 0; at < 300; at += 1) {
      ledger.close({ playback: playback(`s${at}`), receipt: receipt({ sent: 1, first: 7, last: 7 }), at });
      ledger.close({ playback: playback(`m${at}`), receipt: receipt(), at });
    }
    assert.equal(ledger.singles, 300);
    assert.equal(ledger.ended.length, 100);
    assert.equal(ledger.ended[0]?.playback.id, "m299");
    ledger.close({ playback: playback("late"), receipt: receipt(), at: 600_250 });
    assert.ok(ledger.ended.every(({ at }) => at > 250));
  });
});

describe("the order of the table", () => {
  const all = [
    playback("a", { priority: 9, skipped: 5, movie: "sh010/beauty" }),
    playback("b", { priority: 10, skipped: 50, client: "Annie" }),
    playback("c", { priority: 3, fps: null, address: "192.168.7.7" }),
    playback("d", { priority: 3 }),
  ];

  it("is by number where there are numbers, and still among equals", () => {
    assert.deepEqual(ids(sorted(all, { by: "priority", falls: false })), ["c", "d", "a", "b"]);
    assert.deepEqual(ids(sorted(all, { by: "priority", falls: true })), ["b", "a", "c", "d"]);
    assert.deepEqual(ids(sorted(all, { by: "asked", falls: true }))[0], "c");
  });

  // Who looks for skipped frames wants to see most of them; who looks for a name begins with A.
  it("begins with the worst of what can be bad, and is turned round when it is chosen again", () => {
    const first = chosen("skipped", { by: "priority", falls: false });
    assert.deepEqual(first, { by: "skipped", falls: true });
    assert.deepEqual(chosen("skipped", first), { by: "skipped", falls: false });
    assert.equal(chosen("client", first).falls, false);
  });

  const find = (text: string, priority = ""): string[] => ids(filtered(all, { text, priority }));

  it("finds by client, address, movie and id, whatever the case, and by priority", () => {
    assert.deepEqual(find(" annie "), ["b"]);
    assert.deepEqual(find("192.168"), ["c"]);
    assert.deepEqual(find("BEAUTY"), ["a"]);
    assert.deepEqual(find("", "3"), ["c", "d"]);
    assert.deepEqual(find("annie", "3"), []);
  });

  // A row that moves under a finger has somebody else's playback ended.
  it("stands still while it is held: new ones come at its end", () => {
    const now = [playback("new"), ...all.slice(1)];
    assert.deepEqual(ids(held(now, ["d", "a", "c", "b"])), ["d", "c", "b", "new"]);
  });
});

describe("where time went", () => {
  it("has its parts in the order of reasons, and the largest first in words", () => {
    const waits = { ...NO_WAITS, budget: 30, production: 10, turn: 60 };
    assert.deepEqual(
      parts(waits).map(({ reason, share }) => [reason, share]),
      [
        ["production", 0.1],
        ["budget", 0.3],
        ["turn", 0.6],
      ],
    );
    assert.equal(largest(waits)?.reason, "turn");
    assert.equal(largest(NO_WAITS), undefined);
  });
});

describe("numbers", () => {
  it("have three digits, and the units of the settings", () => {
    assert.deepEqual([0, 512, 1024, 2 ** 28, 1.5 * 2 ** 30].map(bytes), [
      "0 B",
      "512 B",
      "1 KiB",
      "256 MiB",
      "1.5 GiB",
    ]);
    assert.deepEqual([0, 125, 12_500_000].map(bitRate), ["0 bit/s", "1 kbit/s", "100 Mbit/s"]);
    assert.deepEqual([0, 0.000_25, 0.0042, 1.25].map(seconds), ["0 s", "250 µs", "4.2 ms", "1.25 s"]);
    assert.deepEqual([7, 724, 3753].map(duration), ["0:07", "12:04", "1:02:33"]);
    assert.equal(percent(0.834), "83.4 %");
  });

  it("of an axis are round, and their halves as well", () => {
    assert.deepEqual(
      [0, 1, 3, 19, 4095].map((value) => topOf(value, COUNTS)),
      [2, 2, 4, 20, 6000],
    );
    assert.equal(topOf(300 * 2 ** 20, BYTES), 400 * 2 ** 20);
    assert.equal(topOf(41_000_000 / 8, BITS), 50_000_000 / 8);
    assert.equal(topOf(0.3, RATIO), 1);
  });

  it("of rates and renditions are read as the server writes them", () => {
    assert.equal(askedRate({ fps: "24000/1001" }), 24_000 / 1001);
    assert.equal(askedRate({ fps: null }), undefined);
    assert.equal(renditionWords(ORIGINAL), "original");
    assert.equal(
      renditionWords({ ...ORIGINAL, format: "jpeg", width: 320, quality: 80 }),
      "jpeg, 320 wide, quality 80",
    );
    const deep = { ...ORIGINAL, format: "png", levels: "0,4095", exposure: -1 };
    assert.equal(renditionWords(deep), "png, levels 0 to 4095, -1 stops");
  });
});

const TOKEN = "0123456789abcdef";

function operator(answer: () => Promise<Response>) {
  const kept = new Map<string, string>();
  const asked: { path: string; headers: Headers }[] = [];
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const made = new Operator(store, (path, init) => {
    asked.push({ path, headers: new Headers(init.headers) });
    return answer();
  });
  return { made, asked };
}

const refusal = (code: string, detail: string) => async (): Promise<Response> =>
  Response.json({ status: 403, code, title: "", detail }, { status: 403 });

describe("an operator's wish", () => {
  it("goes with the token, once there is one", async () => {
    const { made, asked } = operator(async () => Response.json(playback("a/b", { priority: 1 })));
    await made.prioritize("a/b", 1);
    made.identify(TOKEN);
    const outcome = await made.prioritize("a/b", 1);
    assert.ok(outcome.done && outcome.playback?.priority === 1);
    assert.equal(asked[0]?.path, "/playbacks/a%2Fb");
    assert.deepEqual(
      asked.map(({ headers }) => headers.get("authorization")),
      [null, `Bearer ${TOKEN}`],
    );
  });

  // A token that is not taken would be refused for ever.
  it("is refused in plain words, and a token that the server does not know is forgotten", async () => {
    const { made } = operator(refusal("OPERATOR_ONLY", "found 10.0.0.1 with another token, expected ..."));
    const first = await made.end("a");
    assert.ok(!first.done && first.wantsToken && /only operators/.test(first.sentence));
    made.identify(TOKEN);
    const second = await made.end("a");
    assert.ok(!second.done && second.wantsToken && /does not know this token/.test(second.sentence));
    assert.equal(made.hasToken, false);
  });

  it("does not ask for a token where the server has none", async () => {
    const none = "found 10.0.0.1 with no token, expected loopback (there is no operator-token)";
    const outcome = await operator(refusal("OPERATOR_ONLY", none)).made.end("a");
    assert.ok(!outcome.done && !outcome.wantsToken && /own machine only/.test(outcome.sentence));
  });

  it("says so when the playback has ended, or nobody answers", async () => {
    const ended = await operator(refusal("PLAYBACK_NOT_FOUND", "")).made.end("a");
    assert.ok(!ended.done && /has ended/.test(ended.sentence));
    const gone = await operator(() => Promise.reject(new TypeError("failed"))).made.end("a");
    assert.ok(!gone.done && /does not answer/.test(gone.sentence));
  });
});
