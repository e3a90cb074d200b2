import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { events, type Receipt, WAIT_REASONS } from "../../src/base/events.ts";
import { BitRate, Bytes, KiB } from "../../src/base/units.ts";
import type { RunningServer } from "../../src/main.ts";
import { until, within } from "./deadline.ts";
import { SMALL, writeFootage } from "./footage.ts";
import { makeFolder, upTo } from "./movies.ts";
import { type Family, parseMetrics, sumOf } from "./prometheus.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";
import { ask, urlOf } from "./web.ts";

const FRAMES = 30;
const HOLE = 7;

/** A server on a budget whose movie `m` has a hole. */
async function serveMovie(test: TestContext): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeFootage(folder, "m", upTo(FRAMES), SMALL);
  rmSync(join(folder, `m${HOLE}.ppm`));
  const egress = { egress: BitRate(8e6), slice: Bytes(64 * KiB), egressBurst: Bytes(64 * KiB) };
  return serve(test, folder, egress);
}

async function scrape(server: RunningServer): Promise<Family[]> {
  const { status, headers, body } = await ask(server, "/metrics");
  assert.equal(status, 200);
  assert.equal(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return parseMetrics(body.toString());
}

/** The receipts of all that ends until the test is over. */
function receipts(test: TestContext): Receipt[] {
  const told: Receipt[] = [];
  test.after(events.playbackEnded.subscribe(({ receipt }) => told.push(receipt)));
  return told;
}

async function watch(test: TestContext, { classic }: RunningServer, request: string): Promise<void> {
  const viewer = await Viewer.open(test, classic.port);
  await viewer.send(request).closeHalf().rest(20_000);
}

const REQUESTS = [
  "a:1:start_movie:m:0:missing=hold\n",
  "b:1:start_movie:m:0:25:contract=paced:missing=skip\n",
  "c:2:start_movie:m:0:50:contract=latest:missing=black\n",
  "d:3:start_movie:m:0\n",
  "e:3:start_movie:nothing\n",
];

describe("/metrics", () => {
  // What an operator adds up must be what the viewers were told.
  it("says to another's parser what the receipts of all playbacks say together", async (test) => {
    const server = await serveMovie(test);
    const told = receipts(test);
    await Promise.all(REQUESTS.map((request) => watch(test, server, request)));
    await until(() => told.length === 4, "four receipts");
    const families = await scrape(server);
    for (const contract of ["all", "paced", "latest"])
      for (const priority of [1, 2, 3]) {
        const theirs = told.filter((one) => one.contract === contract && one.priority === priority);
        agree(families, theirs, { contract, priority: `${priority}` });
      }
    assert.ok(sumOf(families, "mutoscope_frames_skipped_total", { reason: "late" }) > 0);
    assert.ok(sumOf(families, "mutoscope_frames_skipped_total", { reason: "hole" }) > 0);
    assert.ok(sumOf(families, "mutoscope_frames_substituted_total") > 0);
    assert.ok(sumOf(families, "mutoscope_message_wait_seconds_total", { reason: "budget" }) > 0);
    const sent = sumOf(families, "mutoscope_messages_sent_total");
    const [hits, misses] = ["hits", "misses"].map((kind) => sumOf(families, `mutoscope_cache_${kind}_total`));
    assert.equal((hits ?? 0) + (misses ?? 0), sent);
    // Of classic, nothing is around the frames, and substitutes have a line that marks them.
    const bytes = sumOf(families, "mutoscope_sent_bytes_total");
    assert.equal(sumOf(families, "mutoscope_egress_bytes_total"), bytes);
    assert.equal(sumOf(families, "mutoscope_errors_total", { stage: "playback", code: "FRAME_MISSING" }), 1);
    const refused = { transport: "classic", code: "MOVIE_NOT_FOUND" };
    assert.equal(sumOf(families, "mutoscope_requests_refused_total", refused), 1);
    assert.equal(sumOf(families, "mutoscope_egress_budget_bytes_per_second", { scope: "server" }), 1e6);
  });

  // Alerts are written once, and for all servers.
  it("has the families that it describes, whole histograms, and the process's own", async (test) => {
    const server = await serveMovie(test);
    await watch(test, server, REQUESTS[1] ?? "");
    const families = await scrape(server);
    const types = new Map(families.map(({ name, type }) => [name, type]));
    for (const { name, type } of server.metrics.families)
      assert.equal(types.get(name.replace(/_total$/, "")) ?? types.get(name), type, name);
    for (const family of families) if (family.type === "histogram") checkHistogram(family);
    for (const name of [
      "process_cpu_seconds",
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_p99_seconds",
    ])
      assert.ok(types.has(name), name);
    assert.ok(sumOf(families, "process_open_fds") > 10);
    // Listing all sockets takes as long as there are many.
    assert.deepEqual(
      [...types.keys()].filter((name) => name.startsWith("nodejs_active_")),
      [],
    );
    assert.equal(sumOf(families, "mutoscope_library_movies"), 1);
    assert.equal(sumOf(families, "mutoscope_library_frames"), FRAMES - 1);
    assert.equal(sumOf(families, "mutoscope_connections", { transport: "http" }), 1);
    const made = sumOf(families, "mutoscope_frame_production_seconds_count", { format: "ppm" });
    assert.ok(made > 0 && made <= FRAMES, `${made} frames`);
  });

  // The protocol of a connection is what it speaks now, and what it was refused.
  it("knows a connection of WebSocket, and the commands that it was refused", async (test) => {
    const server = await serveMovie(test);
    const socket = new WebSocket(urlOf(server, "/ws").replace("http", "ws"), "mutoscope.v1");
    test.after(() => socket.close());
    const errors: unknown[] = [];
    socket.addEventListener("message", ({ data }) => errors.push(JSON.parse(String(data))));
    await within(once(socket, "open"), "a WebSocket");
    socket.send(JSON.stringify({ type: "stop", playback: 9, request: 1 }));
    await until(() => errors.some((message) => isError(message)), "an error");
    const families = await scrape(server);
    const transport = "websocket";
    assert.equal(sumOf(families, "mutoscope_connections", { transport }), 1);
    assert.equal(sumOf(families, "mutoscope_connections", { transport: "http" }), 1);
    const code = "PLAYBACK_NOT_FOUND";
    assert.equal(sumOf(families, "mutoscope_requests_refused_total", { transport, code }), 1);
  });

  // What runs is looked at while it runs: a viewer of hours must not be a step at its end.
  it("grows while a playback runs, and never falls", async (test) => {
    const server = await serveMovie(test);
    const viewer = await Viewer.open(test, server.classic.port);
    viewer.send("a:4:start_movie:m:1:25:contract=paced:missing=skip\n");
    let before: Family[] = [];
    for (let seen = 0; seen < 3; seen += 1) {
      const enough = messages(before) + 3;
      await viewer.frames(3);
      const now = await scrape(server);
      assert.ok(messages(now) >= enough, `${messages(now)}, expected ${enough}`);
      const running = { transport: "classic", priority: "4", contract: "paced" };
      assert.equal(sumOf(now, "mutoscope_playbacks", running), 1);
      neverFell(before, now);
      before = now;
    }
  });
});

function isError(message: unknown): boolean {
  return typeof message === "object" && message !== null && "type" in message && message.type === "error";
}

/** Of the viewer that is looked at while it plays. */
function messages(families: readonly Family[]): number {
  return sumOf(families, "mutoscope_messages_sent_total", { priority: "4", contract: "paced" });
}

// Of one playback, more is asked of the log and of `/playbacks` than metrics say: it must be the same one.
it("a playback has the same id in events, and so in the log, as where it is listed", async (test) => {
  const server = await serveMovie(test);
  const ids: unknown[] = [];
  test.after(events.playbackStarted.subscribe(({ playback }) => ids.push(playback)));
  test.after(events.requestRefused.subscribe(({ playback, request }) => ids.push(playback, request)));
  const viewer = await Viewer.open(test, server.classic.port);
  viewer.send("a:4:start_movie:m:1:25:missing=skip\n");
  await viewer.frames(1);
  viewer.send("a:4:start_movie:nothing\n");
  await until(() => ids.length === 3, "a refusal");
  const [listed] = server.playbacks.list();
  assert.deepEqual(ids, [listed?.id, listed?.id, 2]);
  const { headers } = await ask(server, "/movies/m/frames/1.ppm");
  assert.equal(ids.at(-1), headers.get("mutoscope-playback"));
});

/** The values of a priority and a contract are what its receipts say. */
function agree(
  families: readonly Family[],
  told: readonly Receipt[],
  labels: { [name: string]: string },
): void {
  const sum = (of: (receipt: Receipt) => number): number => told.reduce((all, one) => all + of(one), 0);
  const value = (name: string, more: { [name: string]: string } = {}): number =>
    sumOf(families, `mutoscope_${name}`, { ...labels, ...more });
  const what = JSON.stringify(labels);
  assert.equal(
    value("messages_sent_total"),
    sum(({ sent }) => sent),
    what,
  );
  assert.equal(
    value("sent_bytes_total"),
    sum(({ bytes }) => bytes),
    what,
  );
  assert.equal(
    value("frames_skipped_total", { reason: "hole" }),
    sum(({ missing }) => missing),
    what,
  );
  const skipped = ["late", "replaced"].map((reason) => value("frames_skipped_total", { reason }));
  assert.equal(
    (skipped[0] ?? 0) + (skipped[1] ?? 0),
    sum((one) => one.skipped),
    what,
  );
  assert.equal(
    value("frames_substituted_total"),
    sum(({ substituted }) => substituted),
    what,
  );
  assert.equal(
    value("messages_late_total"),
    sum(({ late }) => late),
    what,
  );
  for (const reason of WAIT_REASONS) {
    const [found, expected] = [
      value("message_wait_seconds_total", { reason }),
      sum(({ waits }) => waits[reason]),
    ];
    assert.ok(Math.abs(found - expected / 1000) < 1e-6, `${what} ${reason}: ${found} s, ${expected} ms`);
  }
  for (const end of new Set(told.map((one) => one.end)))
    assert.equal(value("epochs_ended_total", { end }), told.filter((one) => one.end === end).length);
}

/** Every bucket holds what those below it hold, and the last one everything. */
function checkHistogram({ name, samples }: Family): void {
  const rows = new Map<string, { readonly buckets: number[]; count: number | undefined }>();
  for (const { name: kind, labels, value } of samples) {
    const { le: _, ...others } = labels;
    const key = JSON.stringify(others);
    const row = rows.get(key) ?? { buckets: [], count: undefined };
    rows.set(key, row);
    if (kind === `${name}_bucket`) row.buckets.push(value);
    if (kind === `${name}_count`) row.count = value;
  }
  for (const [labels, { buckets, count }] of rows) {
    assert.deepEqual(
      buckets,
      buckets.toSorted((a, b) => a - b),
      `${name} ${labels}`,
    );
    assert.equal(buckets.at(-1), count, `${name} ${labels}`);
  }
}

function neverFell(before: readonly Family[], now: readonly Family[]): void {
  for (const { name, type, samples } of before) {
    if (type !== "counter" || !name.startsWith("mutoscope_")) continue;
    for (const sample of samples) {
      const after = sumOf(now, sample.name, sample.labels);
      assert.ok(after >= sample.value, `${sample.name} ${JSON.stringify(sample.labels)}: ${after}`);
    }
  }
}

type Reading = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly values: { labels: Record<string, string>; value: number | null; metricName?: string }[];
};

/** As a line of the text says it. */
function lineOf({ name }: Reading, { labels, value, metricName = name }: Reading["values"][number]): string {
  const words = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${metricName}${words.length === 0 ? "" : `{${words.join(",")}}`} ${value ?? "Nan"}`;
}

describe("/metrics as JSON", () => {
  // The status page shows what Prometheus keeps: an operator who compares the two must find no difference.
  it("has the very values that the text of the same moment has", async (test) => {
    const server = await serveMovie(test);
    await Promise.all(REQUESTS.slice(0, 4).map((request) => watch(test, server, request)));
    const [text, values] = await Promise.all([server.metrics.text(), server.metrics.values()]);
    const readings = JSON.parse(JSON.stringify(values)) as Reading[];
    const lines = readings.flatMap((reading) => reading.values.map((value) => lineOf(reading, value)));
    const expected = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    assert.ok(lines.length > 150, `${lines.length} values`);
    assert.deepEqual(lines.toSorted(), expected.toSorted());
    for (const { name, type, help } of readings)
      assert.ok(text.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`), name);
  });

  it("is what whoever asks for JSON gets, and nobody else", async (test) => {
    const server = await serveMovie(test);
    const typeOf = async (accept: string): Promise<string | null> => {
      const { headers } = await ask(server, "/metrics", { headers: { accept } });
      assert.equal(headers.get("vary"), "Accept");
      assert.equal(headers.get("cache-control"), "no-store");
      return headers.get("content-type");
    };
    const scraper =
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
    for (const accept of ["*/*", "text/plain", scraper, "text/html,application/xhtml+xml,*/*;q=0.8"])
      assert.equal(await typeOf(accept), "text/plain; version=0.0.4; charset=utf-8", accept);
    assert.equal(await typeOf("application/json"), "application/json; charset=utf-8");
  });

  // Budgets decide who goes: an operator who changes one looks here whether it has been used up.
  it("says what budgets hold, and which threads stay", async (test) => {
    const server = await serveMovie(test);
    const readings = await server.metrics.values();
    const valuesOf = (name: string): [Record<string, string>, number][] =>
      (readings.find((reading) => reading.name === name)?.values ?? []).map(({ labels, value }) => [
        { ...labels },
        value,
      ]);
    assert.deepEqual(valuesOf("mutoscope_egress_tokens_bytes"), [[{ scope: "server" }, 64 * KiB]]);
    assert.deepEqual(valuesOf("mutoscope_priority_tokens_bytes"), []);
    const [permanent, temporary] = valuesOf("mutoscope_worker_threads");
    assert.deepEqual(permanent, [{ kind: "permanent" }, 1]);
    assert.equal(temporary?.[0]["kind"], "temporary");
  });
});
