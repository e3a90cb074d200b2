import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusalOf } from "./handshake.ts";

type Headers = Record<string, string>;

function status(headers: Headers, { url = "/ws", origins = [] as string[], isClosing = false } = {}) {
  const all = { host: "movies.example:8080", "sec-websocket-protocol": "mutoscope.v1", ...headers };
  return refusalOf({ url, headers: all }, { origins, isClosing })?.status;
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

  it("is for one path, and not for a server that ends", () => {
    assert.equal(status({}, { url: "/ws?from=here" }), undefined);
    assert.equal(status({}, { url: "/movies" }), 404);
    assert.equal(status({}, { isClosing: true }), 503);
  });
});
