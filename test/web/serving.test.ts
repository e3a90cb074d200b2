import assert from "node:assert/strict";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { type TestContext, describe, it } from "node:test";
import { buffer } from "node:stream/consumers";
import { once } from "node:events";
import { gunzipSync, gzipSync } from "node:zlib";
import { writeDemoMovie } from "../../src/main.ts";
import { makeFolder } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";

/** What a player page may weigh on the way, and the player alone on somebody else's page. */
const PAGE_BYTES = 120_000;
const ELEMENT_BYTES = 40_000;

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

/** As a browser asks: nothing is decoded on the way. */
async function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const asked = request(url, { headers });
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

async function start(test: TestContext): Promise<string> {
  const library = makeFolder(test);
  await writeDemoMovie(library);
  const { http } = await serve(test, library);
  return `http://127.0.0.1:${http?.port ?? assert.fail("no HTTP")}`;
}

/** The scripts of a page, and those that they import, by their paths. */
async function scriptsOf(origin: string, path: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const visit = async (script: string): Promise<void> => {
    if (found.has(script)) return;
    const { status, body } = await get(origin + script);
    assert.equal(status, 200, script);
    found.set(script, body);
    const imports = body.toString().matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+\.js)["']/g);
    for (const [, name = ""] of imports) await visit(new URL(name, origin + script).pathname);
  };
  if (path.endsWith(".js")) await visit(path);
  else {
    const page = (await get(origin + path, HTML)).body.toString();
    for (const [, name = ""] of page.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)) await visit(name);
  }
  return found;
}

function weight(scripts: ReadonlyMap<string, Buffer>): number {
  return [...scripts.values()].reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
}

describe("pages", () => {
  // One address for people and programs: each gets what it can read.
  it("are what browsers get at the root, and an index is what programs get", async (test) => {
    const origin = await start(test);
    const page = await get(origin, HTML);
    assert.match(page.headers["content-type"] ?? "", /^text\/html/);
    assert.match(page.headers.vary ?? "", /accept\b/i);
    const index = await get(origin);
    assert.match(index.headers["content-type"] ?? "", /^application\/json/);
    assert.equal((await get(`${origin}/watch/sw`, HTML)).status, 200);
    // The page itself, which waits for the movie; a program that follows links is told.
    const unknown = await get(`${origin}/watch/nobody`, HTML);
    assert.equal(unknown.status, 404);
    assert.match(unknown.headers["content-type"] ?? "", /^text\/html/);
    assert.equal((await get(`${origin}/status`, HTML)).status, 200);
  });

  // What somebody's file name smuggles into a page must not run.
  it("run scripts of this server alone, hold none, and are shown in nobody's frame", async (test) => {
    const origin = await start(test);
    for (const path of ["/", "/watch/sw", "/status"]) {
      const { headers, body } = await get(origin + path, HTML);
      const policy = String(headers["content-security-policy"]).split(";");
      assert.ok(policy.includes("default-src 'none'") && policy.includes("script-src 'self'"), path);
      assert.ok(policy.includes("style-src 'self'") && policy.includes("frame-ancestors 'none'"), path);
      assert.doesNotMatch(body.toString(), /<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|https?:\/\//);
    }
  });

  // A page of yesterday must not find half of today's scripts; and a script is loaded once.
  it("are asked for anew, and their scripts kept for ever under names that change", async (test) => {
    const origin = await start(test);
    assert.match((await get(origin, HTML)).headers["cache-control"] ?? "", /max-age=0/);
    for (const [path] of await scriptsOf(origin, "/watch/sw")) {
      const { headers } = await get(origin + path);
      assert.match(path, /^\/assets\/.+-[\w-]{8}\.js$/);
      assert.match(headers["cache-control"] ?? "", /max-age=31536000, immutable/);
    }
    assert.equal((await get(`${origin}/assets/nothing.js`)).status, 404);
  });

  it("come compressed to whoever takes that", async (test) => {
    const origin = await start(test);
    const [[path = "", plain = Buffer.of()] = []] = await scriptsOf(origin, "/status");
    const { headers, body } = await get(origin + path, { "accept-encoding": "gzip" });
    assert.equal(headers["content-encoding"], "gzip");
    assert.deepEqual(gunzipSync(body), plain);
  });

  // A phone on a ship must not wait for what it does not show.
  it("weigh no more than is promised", async (test) => {
    const origin = await start(test);
    const page = await scriptsOf(origin, "/watch/sw");
    const element = await scriptsOf(origin, "/player.js");
    test.diagnostic(`player page ${weight(page)}, element ${weight(element)} bytes by gzip`);
    assert.ok(page.size > 0 && weight(page) <= PAGE_BYTES, `${weight(page)} bytes`);
    assert.ok(element.size > 1 && weight(element) <= ELEMENT_BYTES, `${weight(element)} bytes`);
  });

  // One script and one tag: on pages of other origins too.
  it("lend the player's script to pages of every origin under a name that stays", async (test) => {
    const origin = await start(test);
    for (const path of (await scriptsOf(origin, "/player.js")).keys()) {
      const { headers } = await get(origin + path, { origin: "https://wiki.example" });
      assert.equal(headers["access-control-allow-origin"], "*", path);
      assert.match(headers["content-type"] ?? "", /javascript/, path);
    }
  });
});
