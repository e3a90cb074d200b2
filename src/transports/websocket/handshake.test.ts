import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusalOf } from "./handshake.ts";

type Headers = Record<string, string>;

function refusal(
  headers: Headers,
  { method = "GET", url = "/ws", origins = [] as string[], isClosing = false } = {},
) {
  const all = {
    host: "movies.example:8080",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "mutoscope.v1",
    ...headers,
  };
  return refusalOf({ method, url, headers: all }, { origins, isClosing });
}

function status(...handshake: Parameters<typeof refusal>): number | undefined {
  return refusal(...handshake)?.status;
}

describe("a handshake", () => {
  // Any page that somebody reads could open one in its reader's name, and see what only that reader may see.
  it("of a web page is taken from the server's own origin and from those that are named", () => {
    assert.equal(status({}), undefined);
    assert.equal(status({ origin: "http://movies.example:8080" }), undefined);
    assert.equal(status({ origin: "http://movies.example" }), 403);
    assert.equal(status({ origin: "http://movies.example:8080.evil.example" }), 403);
    assert.equal(status({ origin: "http://evil.example" }), 403);
    assert.equal(status({ origin: "null" }), 403);
    assert.equal(status({ origin: "" }), 403);
    const origins = ["https://review.example"];
    assert.equal(status({ origin: "https://review.example" }, { origins }), undefined);
    assert.equal(status({ origin: "http://review.example" }, { origins }), 403);
    assert.equal(status({ origin: "null" }, { origins: ["*"] }), undefined);
  });

  // Whoever speaks another language is told so before it waits for an answer in it.
  it("offers the subprotocol, among others if it likes", () => {
    assert.equal(status({ "sec-websocket-protocol": "chat, mutoscope.v1" }), undefined);
    assert.equal(status({ "sec-websocket-protocol": "mutoscope.v2" }), 400);
    assert.equal(status({ "sec-websocket-protocol": "" }), 400);
  });

  // What the package would refuse it would refuse in words of its own, without a code.
  it("has the form that RFC 6455 gives it", () => {
    const code = (...handshake: Parameters<typeof refusal>) => {
      const { status: number, reason } = refusal(...handshake) ?? assert.fail("it is taken");
      return [number, reason.code];
    };
    assert.deepEqual(code({}, { method: "POST" }), [405, "METHOD_NOT_ALLOWED"]);
    assert.deepEqual(code({ "sec-websocket-version": "12" }), [426, "UPGRADE_REQUIRED"]);
    assert.deepEqual(code({ "sec-websocket-version": "" }), [426, "UPGRADE_REQUIRED"]);
    assert.equal(refusal({ "sec-websocket-version": "0" })?.headers?.["Sec-WebSocket-Version"], "13");
    assert.equal(status({ "sec-websocket-version": "8" }), undefined);
    for (const key of ["", "short", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZ===", "x".repeat(24)])
      assert.deepEqual(code({ "sec-websocket-key": key }), [400, "REQUEST_MALFORMED"], key);
    for (const names of ["mutoscope.v1,", "mutoscope.v1, mutoscope.v1", "a b, mutoscope.v1", ",mutoscope.v1"])
      assert.deepEqual(code({ "sec-websocket-protocol": names }), [400, "REQUEST_MALFORMED"], names);
  });

  it("is for one path, and not for a server that ends", () => {
    assert.equal(status({}, { url: "/ws?from=here" }), undefined);
    assert.equal(status({}, { url: "/movies" }), 404);
    assert.equal(status({}, { isClosing: true }), 503);
  });
});
