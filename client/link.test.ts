import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoff } from "./backoff.ts";
import { connect } from "./connect.ts";
import { FakeEpoch, FakeNetwork, ManualSurroundings, settled } from "./fakes.testing.ts";
import { type SocketClass, socketUrl } from "./platform.ts";
import { Program, connected, reconnected } from "./watching.testing.ts";

function unconnected(urls: string | readonly string[]) {
  const network = new FakeNetwork();
  const surroundings = new ManualSurroundings();
  const promise = connect(urls, { WebSocket: network.WebSocket, surroundings });
  return { network, surroundings, promise };
}

function refuse(): never {
  throw new SyntaxError("no");
}

// Whoever gives a wrong address wants to know at once; whoever lost a server wants it back.
describe("connecting", () => {
  it("asks each address once, and says that none answers", async () => {
    const { network, surroundings, promise } = unconnected(["ws://a/ws", "ws://b/ws"]);
    const failed = assert.rejects(promise, { name: "MutoscopeError", code: "SERVER_UNREACHABLE" });
    network.last.drop();
    await surroundings.pass(200);
    network.last.drop();
    await failed;
    await surroundings.pass(100_000);
    assert.deepEqual(
      network.connections.map(({ url }) => url),
      ["ws://a/ws", "ws://b/ws"],
    );
  });

  it("takes the first that answers", async () => {
    const { network, surroundings, promise } = unconnected(["ws://a/ws", "ws://b/ws"]);
    network.last.drop();
    await surroundings.pass(200);
    network.last.accept();
    assert.equal((await promise).server, "fake 1");
  });

  it("leaves a server that speaks something else, or nothing", async () => {
    const { network, surroundings, promise } = unconnected(["ws://a/ws", "ws://b/ws", "ws://c/ws"]);
    network.last.protocol = "";
    network.last.open();
    assert.equal(network.last.closedWith, 4002);
    await surroundings.pass(200);
    network.last.open();
    await surroundings.pass(20_000);
    assert.equal(network.connections.length, 3);
    network.last.accept();
    await promise;
  });

  it("says what a server that has no room gives as its reason", async () => {
    const { network, promise } = unconnected("ws://a/ws");
    network.last.drop(1013, "CONNECTION_LIMIT found 100 connections");
    await assert.rejects(promise, { code: "CONNECTION_LIMIT" });
  });

  it("refuses what is no address of a server", async () => {
    for (const url of ["", "host:8080", "ftp://host", "ws://"])
      await assert.rejects(unconnected(url).promise, { code: "OPTION_INVALID" }, url);
    await assert.rejects(unconnected([]).promise, { code: "OPTION_INVALID" });
  });

  it("knows the path, and the scheme of web addresses", () => {
    assert.equal(socketUrl("http://host:8080"), "ws://host:8080/ws");
    assert.equal(socketUrl("https://host/"), "wss://host/ws");
    assert.equal(socketUrl("ws://host/behind/a/proxy#x"), "ws://host/behind/a/proxy");
  });

  it("says what the platform refuses", async () => {
    const WebSocket = refuse as unknown as SocketClass;
    await assert.rejects(connect("ws://a/ws", { WebSocket }), { code: "OPTION_INVALID" });
  });
});

describe("keeping a connection", () => {
  // Browsers show no pings: a server that is gone without a word is found by asking.
  it("asks a silent server for a sign of life, and leaves it when none comes", async () => {
    const scene = await connected("ws://a/ws", { timeout: 10_000 });
    await scene.surroundings.pass(4999);
    assert.equal(scene.server.told.filter(({ type }) => type === "ping").length, 0);
    await scene.surroundings.pass(1);
    assert.equal(scene.server.told.filter(({ type }) => type === "ping").length, 1);
    scene.server.say({ type: "pong", request: undefined });
    await scene.surroundings.pass(9999);
    assert.ok(scene.client.isOpen);
    await scene.surroundings.pass(1);
    assert.ok(!scene.client.isOpen);
    assert.equal((await reconnected(scene)).isOver, false);
  });

  it("waits longer from try to try, up to five seconds, and a part of it by chance", () => {
    const waits = [0, 1, 2, 3, 10, 1000].map((failures) => backoff(failures, () => 0));
    assert.deepEqual(waits, [50, 100, 200, 400, 2500, 2500]);
    assert.equal(
      backoff(1000, () => 1),
      5000,
    );
  });

  it("fails everything when there was none for as long as its patience", async () => {
    const scene = await connected("ws://a/ws", { patience: 30_000 });
    const program = new Program(scene.client.play("sw"));
    new FakeEpoch(scene.server, scene.server.last("play")).send(1);
    const list = assert.rejects(scene.client.movies(), { code: "SERVER_UNREACHABLE" });
    scene.server.drop();
    for (let tries = 0; tries < 400 && program.error === undefined; tries++) {
      await scene.surroundings.pass(100);
      scene.network.last.drop();
      await settled();
    }
    await list;
    assert.equal((program.error as { code?: string }).code, "SERVER_UNREACHABLE");
    assert.ok(scene.surroundings.now() >= 30_000 && scene.surroundings.now() < 36_000);
    assert.equal(scene.surroundings.waiting, 0);
    assert.throws(() => scene.client.play("sw"), { code: "SERVER_UNREACHABLE" });
  });

  // One that was quiet for hours and breaks has not been failing for hours.
  it("counts its patience from when things went wrong", async () => {
    const scene = await connected("ws://a/ws", { patience: 30_000 });
    for (let day = 0; day < 20; day++) {
      const server = scene.network.last;
      for (let minutes = 0; minutes < 12; minutes++) {
        await scene.surroundings.pass(10_000);
        server.say({ type: "pong", request: undefined });
      }
      server.drop();
      await reconnected(scene);
    }
    assert.ok(scene.client.isOpen);
  });

  it("does not come back to a server that says the client broke the protocol", async () => {
    const scene = await connected();
    const program = new Program(scene.client.play("sw"));
    scene.server.drop(1008, "PROTOCOL_BROKEN more credit than there may be");
    await program.done;
    assert.equal((program.error as { code?: string }).code, "PROTOCOL_BROKEN");
    assert.equal(scene.network.connections.length, 1);
  });

  it("ends everything when it is closed, twice as well as once", async () => {
    const scene = await connected();
    const program = new Program(scene.client.play("sw"));
    const watch = scene.client.watch();
    const { request, watch: number } = scene.server.last("watch");
    scene.server.say({ type: "watching", request, watch: number });
    const list = assert.rejects(scene.client.movies(), { code: "CLIENT_CLOSED" });
    const changes = await watch;
    scene.client.close();
    scene.client.close();
    await program.done;
    await list;
    await assert.rejects(changes.next(), { code: "CLIENT_CLOSED" });
    assert.equal((program.error as { code?: string }).code, "CLIENT_CLOSED");
    assert.equal(scene.server.closedWith, 1000);
    assert.equal(scene.surroundings.waiting, 0);
  });

  it("keeps only the last thousand events for a program that does not look", async () => {
    const scene = await connected();
    const promise = scene.client.watch();
    const { watch: number, request } = scene.server.last("watch");
    scene.server.say({ type: "watching", request, watch: number });
    const watch = await promise;
    const change = { landed: "", revised: "", removed: "", partial: false, revision: undefined };
    for (let index = 0; index < 1001; index++)
      scene.server.say({ type: "event", watch: number, kind: "added", movie: `m${index}`, ...change });
    assert.equal((await watch.next()).value?.kind, "missed");
  });
});
