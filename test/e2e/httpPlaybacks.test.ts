import assert from "node:assert/strict";
import { type TestContext, describe, it } from "node:test";
import { WAIT_REASONS } from "../../src/base/events.ts";
import { Secret } from "../../src/base/secret.ts";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { until } from "./deadline.ts";
import { makeFolder, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";
import { EventReader, RawClient, asProblem, ask, askJson, askProblem } from "./web.ts";

const TOKEN = "correct-horse-battery";

type Playback = {
  readonly id: string;
  readonly priority: number;
  readonly wished: number | null;
  readonly connection: number;
  readonly client: string;
  readonly transport: string;
  readonly frame: number | null;
  readonly delivered: number;
  readonly sent: number;
  readonly skipped: number;
  readonly bytes: number;
  readonly lateness: { readonly median: number; readonly worst: number } | null;
  readonly waits: object;
};
type Page = { readonly total: number; readonly playbacks: readonly Playback[] };
type State = { running: boolean; playback: Playback | null; receipt: Record<string, unknown> };

async function serveDots(test: TestContext, settings: Partial<Settings> = {}): Promise<RunningServer> {
  const folder = makeFolder(test);
  writeMovie(folder, "dots", upTo(3));
  return serve(test, folder, settings);
}

/** A client that watches without end. */
async function watch(test: TestContext, server: RunningServer, query = ""): Promise<[RawClient, string]> {
  const client = (await RawClient.open(test, server)).get(`/movies/dots.ppm?loop=1&fps=50${query}`, [
    "User-Agent: a-player/1",
  ]);
  await client.until(/mutoscope-playback: \S+\r\n/i);
  const [, id = ""] = /mutoscope-playback: (\S+)/i.exec(client.text) ?? [];
  return [client, id];
}

function change(server: RunningServer, id: string, body: string, headers = {}): ReturnType<typeof ask> {
  return ask(server, `/playbacks/${id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

describe("playbacks", () => {
  it("are listed, of all protocols, with what tells them apart", async (test) => {
    const server = await serveDots(test);
    const [, id] = await watch(test, server, "&priority=5");
    await (await Viewer.open(test, server.classic.port)).send("ann:7:start_movie:dots:1:50\n").frames(1);
    const { playbacks } = (await askJson(server, "/playbacks")) as { playbacks: Playback[] };
    const found = playbacks.map(({ transport, client, priority }) => ({ transport, client, priority }));
    assert.deepEqual(found, [
      { transport: "http", client: "a-player/1", priority: 5 },
      { transport: "classic", client: "ann", priority: 7 },
    ]);
    assert.equal(playbacks[0]?.id, id);
    assert.notEqual(playbacks[0].connection, playbacks[1]?.connection);
  });

  // What a table of viewers shows must be there for all of them at once: one request for each is too many.
  it("say how they come along", async (test) => {
    const server = await serveDots(test);
    const [client, id] = await watch(test, server, "&from=2&to=2&priority=9");
    await until(() => client.text.split("P6\n").length > 30, "thirty frames");
    const { total, playbacks } = (await askJson(server, "/playbacks")) as Page;
    const [playback] = playbacks;
    assert.equal(total, 1);
    assert.ok(playback !== undefined && playback.sent >= 30);
    assert.deepEqual([playback.id, playback.frame, playback.wished, playback.skipped], [id, 2, null, 0]);
    // A busy machine delivers less; nothing delivers more than was asked for.
    assert.ok(playback.delivered > 5 && playback.delivered < 60, `${playback.delivered} of 50 a second`);
    assert.equal(playback.bytes % playback.sent, 0);
    assert.ok(playback.lateness !== null && playback.lateness.worst >= playback.lateness.median);
    assert.deepEqual(Object.keys(playback.waits).toSorted(), [...WAIT_REASONS].toSorted());
    const { receipt } = (await askJson(server, `/playbacks/${id}`)) as { receipt: Playback };
    assert.ok(
      receipt.sent >= playback.sent && receipt.bytes / receipt.sent === playback.bytes / playback.sent,
    );
  });

  // A server may have twenty thousand: nobody can be made to take them all at once.
  it("are listed a page at a time, and found by who and what", async (test) => {
    const server = await serveDots(test);
    for (const name of ["ann", "bob", "cid"])
      await (
        await Viewer.open(test, server.classic.port)
      )
        .send(`${name}:7:start_movie:dots:1:50\n`)
        .frames(1);
    const list = async (query: string): Promise<[number, string[]]> => {
      const { total, playbacks } = (await askJson(server, `/playbacks?${query}`)) as Page;
      return [total, playbacks.map(({ client }) => client)];
    };
    assert.deepEqual(await list("offset=1&limit=1"), [3, ["bob"]]);
    assert.deepEqual(await list("search=CI"), [1, ["cid"]]);
    assert.deepEqual(await list("search=127.0.0.1&limit=0"), [3, []]);
    assert.deepEqual(await list("search=dots"), [3, ["ann", "bob", "cid"]]);
  });

  // Law 8: what was sent, and why it ended, can be read after the connection is gone.
  it("have a receipt, so far and after their end", async (test) => {
    const server = await serveDots(test);
    const [client, id] = await watch(test, server);
    const state = async (): Promise<State> => (await askJson(server, `/playbacks/${id}`)) as State;
    await until(async () => Number((await state()).receipt["sent"]) > 3, "some frames");
    const running = await state();
    assert.equal(running.running, true);
    assert.equal(running.receipt["end"], null);
    client.socket.resetAndDestroy();
    await until(async () => !(await state()).running, "the end");
    const { receipt, playback } = await state();
    assert.deepEqual([receipt["end"], playback], ["closed", null]);
    assert.match(String(receipt["digest"]), /^[0-9a-f]{64}$/);
    const none = await askProblem(server, "/playbacks/p-99-none");
    assert.deepEqual([none.status, none.code], [404, "PLAYBACK_NOT_FOUND"]);
  });

  it("get another priority from an operator, and go on", async (test) => {
    const server = await serveDots(test);
    const [, id] = await watch(test, server, "&priority=5");
    const { status, body } = await change(server, id, '{"priority": 9}');
    assert.equal(status, 200);
    assert.equal((JSON.parse(body.toString()) as Playback).priority, 9);
    const { receipt } = (await askJson(server, `/playbacks/${id}`)) as State;
    assert.deepEqual([receipt["priority"], receipt["epoch"]], [9, 1]);
    assert.equal((await change(server, id, `{"priority": 1, "x": "${"y".repeat(5000)}"}`)).status, 413);
  });

  // What is wrong is said as it is everywhere else: with the same code, and in words of ours.
  it("say what they found where a change is none", async (test) => {
    const server = await serveDots(test);
    const [, id] = await watch(test, server);
    const refusal = async (body: string, headers = {}): Promise<readonly [string, string]> => {
      const { status, code, detail } = await asProblem(change(server, id, body, headers));
      assert.equal(status, 400, body);
      return [code, detail];
    };
    const expected = "expected a whole number from 0 to 255";
    assert.deepEqual(await refusal('{"priority": 256}'), [
      "PRIORITY_INVALID",
      `found priority="256", ${expected}`,
    ]);
    assert.deepEqual(await refusal('{"priority": "9"}'), [
      "PRIORITY_INVALID",
      `found priority="the text 9", ${expected}`,
    ]);
    assert.deepEqual(await refusal('{"priority": 1, "prio": 2}'), [
      "OPTION_INVALID",
      'found the field "prio", expected one of priority',
    ]);
    for (const [body, found] of [
      ["{}", "found no priority, expected an object of JSON with priority"],
      ["[9]", "found a body that is none, expected an object of JSON with priority"],
      ["[", "found a body that cannot be read as JSON"],
      ["", "found a body that cannot be read as JSON"],
    ] as const)
      assert.deepEqual(await refusal(body), ["REQUEST_MALFORMED", found]);
    assert.deepEqual(await refusal('{"priority": 9}', { "content-type": "text/xml" }), [
      "REQUEST_MALFORMED",
      "found a body of another Content-Type, expected application/json",
    ]);
  });

  it("are ended by an operator, and their connection is cut", async (test) => {
    const server = await serveDots(test);
    const [client, id] = await watch(test, server);
    assert.equal((await ask(server, `/playbacks/${id}`, { method: "DELETE" })).status, 204);
    await client.ended();
    assert.ok(!client.text.endsWith("0\r\n\r\n"));
    const [, another] = await watch(test, server);
    // As programs say it of all that they send.
    const headers = { "content-type": "application/json" };
    assert.equal((await ask(server, `/playbacks/${another}`, { method: "DELETE", headers })).status, 204);
    assert.equal((await ask(server, `/playbacks/${id}`, { method: "DELETE" })).status, 404);
    const { receipt } = (await askJson(server, `/playbacks/${id}`)) as State;
    assert.equal(receipt["end"], "stopped");
  });

  // Law 9. A page whose name was made to lead here has the browser of its reader ask from loopback.
  it("are changed by nobody else, nor by a page that leads its reader here", async (test) => {
    const server = await serveDots(test, { operatorToken: new Secret(TOKEN) });
    const [, id] = await watch(test, server);
    const asked = async (lines: readonly string[]): Promise<string> => {
      const client = await RawClient.open(test, server);
      client.send([`DELETE /playbacks/${id} HTTP/1.1`, "Connection: close", ...lines, "", ""].join("\r\n"));
      await client.ended();
      return client.text.slice(9, 12);
    };
    assert.equal(await asked(["Host: evil.example"]), "403");
    assert.equal(
      await asked(["Host: evil.example:8080", "Authorization: Bearer wrong-horse-battery"]),
      "403",
    );
    assert.equal(await asked(["Host: 127.0.0.1.evil.example"]), "403");
    assert.equal(((await askJson(server, "/playbacks")) as { playbacks: [] }).playbacks.length, 1);
    assert.equal(await asked(["Host: review.example", `Authorization: Bearer ${TOKEN}`]), "204");
  });

  it("are told of as they open, change and end", async (test) => {
    const server = await serveDots(test);
    const reader = await EventReader.open(test, server, "/playbacks/events");
    await reader.until(({ kind }) => kind === "resync", "the beginning");
    const [client, id] = await watch(test, server);
    const isOf = ({ data }: { data: Record<string, unknown> }): boolean =>
      (data["playback"] as Playback).id === id;
    await reader.until((event) => event.kind === "opened" && isOf(event), "that it opened");
    await change(server, id, '{"priority": 9}');
    const changed = await reader.until((event) => event.kind === "changed" && isOf(event), "that it changed");
    assert.equal((changed.data["playback"] as Playback).priority, 9);
    client.socket.resetAndDestroy();
    const ended = await reader.until((event) => event.kind === "ended" && isOf(event), "that it ended");
    assert.equal((ended.data["receipt"] as { end: string }).end, "closed");
  });
});
