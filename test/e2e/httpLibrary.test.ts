import assert from "node:assert/strict";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { RunningServer } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { until } from "./deadline.ts";
import { makeFolder, picture, upTo, writeMovie } from "./movies.ts";
import { serve } from "./server.ts";
import { EventReader, RawClient, ask, askJson, askProblem, untilNothingIsHeld } from "./web.ts";

const POLLED: Partial<Settings> = { watch: "poll", pollInterval: 100 as Settings["pollInterval"] };

type Movies = { total: number; offset: number; limit: number; movies: { name: string }[] };

async function names(server: RunningServer, query = ""): Promise<string[]> {
  const { movies } = (await askJson(server, `/movies${query}`)) as Movies;
  return movies.map(({ name }) => name);
}

describe("the movies", () => {
  it("are described with what a viewer needs to choose one", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "gaps", [1, 2, 5, 9]);
    utimesSync(folder, 1_700_000_000, 1_700_000_000);
    const server = await serve(test, folder);
    const movie = (await askJson(server, "/movies/gaps")) as Record<string, unknown>;
    const { revision, ...rest } = movie;
    assert.match(String(revision), /^[0-9a-z]+-\d+$/);
    assert.deepEqual(rest, {
      name: "gaps",
      title: null,
      url: "/movies/gaps",
      live: false,
      frames: 4,
      missing: 5,
      holes: "3-4,6-8",
      holesArePartial: false,
      first: 1,
      last: 9,
      step: 1,
      newest: 9,
      expected: null,
      missingPolicy: null,
      fps: "24",
      rate: 24,
      format: "netpbm",
      width: 16,
      height: 12,
      bits: 8,
      float: false,
      channels: 3,
      fault: null,
      poster: 5,
      changed: "2023-11-14T22:13:20.000Z",
    });
    const list = (await askJson(server, "/movies")) as Movies;
    assert.deepEqual(list, { total: 1, offset: 0, limit: 100, scanning: false, movies: [movie] });
  });

  it("are listed by pages, searched and sorted", async (test) => {
    const folder = makeFolder(test);
    for (const [index, name] of ["alpha", "beta", "gamma", "Alps"].entries())
      writeMovie(folder, name, upTo(index + 1));
    const server = await serve(test, folder);
    assert.deepEqual(await names(server), ["Alps", "alpha", "beta", "gamma"]);
    assert.deepEqual(await names(server, "?sort=-name&limit=2"), ["gamma", "beta"]);
    assert.deepEqual(await names(server, "?sort=frames"), ["alpha", "beta", "gamma", "Alps"]);
    assert.deepEqual(await names(server, "?sort=-frames&offset=3"), ["alpha"]);
    assert.deepEqual(await names(server, "?search=ALP"), ["Alps", "alpha"]);
    const page = (await askJson(server, "/movies?search=a&offset=1&limit=1")) as Movies;
    assert.deepEqual([page.total, page.offset, page.limit, page.movies.length], [4, 1, 1, 1]);
    assert.deepEqual(await names(server, "?limit=0"), []);
    assert.deepEqual(await names(server, "?offset=100"), []);
    assert.equal((await askProblem(server, "/movies?limit=1001")).code, "OPTION_INVALID");
  });

  // What was rendered last is what most people come for; and what is being rendered now.
  it("are listed by when they changed, before the server looked and while it does", async (test) => {
    const folder = makeFolder(test);
    for (const [index, name] of ["a", "b", "c"].entries()) {
      const own = join(folder, name);
      mkdirSync(own);
      writeMovie(own, "shot.", upTo(3));
      if (name === "b") writeFileSync(join(own, "movie.json"), '{"last": 9}');
      utimesSync(own, 1_700_000_000 + index, 1_700_000_000 + index);
    }
    const server = await serve(test, folder);
    assert.deepEqual(await names(server, "?sort=-changed"), ["c/shot", "b/shot", "a/shot"]);
    assert.deepEqual(await names(server, "?sort=changed&limit=1"), ["a/shot"]);
    assert.deepEqual(await names(server, "?sort=live"), ["b/shot", "c/shot", "a/shot"]);
    const before = Date.now();
    writeMovie(join(folder, "a"), "shot.", [4]);
    await until(() => (server.catalogue.find("a/shot")?.count ?? 0) === 4, "frame 4");
    assert.deepEqual(await names(server, "?sort=-changed"), ["a/shot", "c/shot", "b/shot"]);
    const { changed } = (await askJson(server, "/movies/a%2Fshot")) as { changed: string };
    assert.ok(Date.parse(changed) >= before && Date.parse(changed) <= Date.now(), changed);
    assert.equal((await askProblem(server, "/movies?sort=age")).code, "OPTION_INVALID");
  });

  // Some movies have more holes than frames: a page of them must not become a book.
  it("name fewer of their holes in a list than alone, and count all", async (test) => {
    const folder = makeFolder(test);
    writeMovie(
      folder,
      "sparse",
      Array.from({ length: 120 }, (_, index) => 2 * index),
      { width: 1, height: 1 },
    );
    const server = await serve(test, folder);
    const { movies } = (await askJson(server, "/movies")) as { movies: { holes: string; missing: number }[] };
    assert.deepEqual([movies[0]?.holes.split(",").length, movies[0]?.missing], [100, 119]);
    const alone = (await askJson(server, "/movies/sparse")) as { holes: string; holesArePartial: boolean };
    assert.deepEqual([alone.holes.split(",").length, alone.holesArePartial], [119, false]);
  });

  // A page that shows a movie asks again when this text changes, and only then.
  it("have a revision that changes with each of their changes", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", upTo(3));
    writeMovie(folder, "other", upTo(3));
    const server = await serve(test, folder, POLLED);
    const revision = async (movie: string): Promise<unknown> =>
      ((await askJson(server, `/movies/${movie}`)) as { revision: unknown }).revision;
    const [before, other] = [await revision("dots"), await revision("other")];
    writeFileSync(join(folder, "dots2.ppm"), picture(99));
    await until(async () => (await revision("dots")) !== before, "another revision");
    assert.equal(await revision("other"), other);
  });
});

describe("the library's events", () => {
  it("tell of frames that land, are revised or removed, and of movies that come and go", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", upTo(3));
    const server = await serve(test, folder, POLLED);
    const reader = await EventReader.open(test, server, "/events");
    await reader.until(({ kind }) => kind === "resync", "the beginning");
    writeMovie(folder, "dots", [4, 5]);
    const landed = await reader.until(({ data }) => /5/.test(String(data["landed"])), "frames that land");
    assert.equal(landed.data["movie"], "dots");
    assert.deepEqual([landed.data["newest"], landed.data["live"]], [5, false]);
    writeFileSync(join(folder, "dots2.ppm"), picture(99));
    await reader.until(({ data }) => data["revised"] === "2", "a frame that is revised");
    rmSync(join(folder, "dots5.ppm"));
    await reader.until(({ data }) => data["removed"] === "5", "a frame that is removed");
    writeMovie(folder, "new", upTo(2));
    await reader.until(({ kind, data }) => kind === "added" && data["movie"] === "new", "a movie that comes");
    for (const number of upTo(2)) rmSync(join(folder, `new${number}.ppm`));
    await reader.until(({ kind, data }) => kind === "gone" && data["movie"] === "new", "a movie that goes");
  });

  it("tell of one movie alone where that is asked for", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", upTo(3));
    writeMovie(folder, "other", upTo(3));
    const server = await serve(test, folder, POLLED);
    const reader = await EventReader.open(test, server, "/events?movie=dots");
    writeMovie(folder, "other", [4]);
    writeMovie(folder, "dots", [4]);
    await reader.until(({ data }) => data["landed"] === "4", "a frame of dots");
    await until(
      async () => JSON.stringify(await askJson(server, "/movies/other")).includes('"newest":4'),
      "other's",
    );
    assert.ok(reader.events.every(({ data }) => data["movie"] !== "other"));
    assert.equal((await askProblem(server, "/events?movie=none")).code, "MOVIE_NOT_FOUND");
  });

  // A browser reconnects by itself: it must learn whether it missed something, and not reload for nothing.
  it("go on where a client left off, when nothing happened since", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", upTo(3));
    const server = await serve(test, folder, POLLED);
    const first = await EventReader.open(test, server, "/events");
    writeMovie(folder, "dots", [4]);
    const { id } = await first.until(({ data }) => data["landed"] === "4", "a frame");
    first.close();
    const again = await EventReader.open(test, server, "/events", { "last-event-id": id });
    writeMovie(folder, "dots", [5]);
    await again.until(({ data }) => data["landed"] === "5", "the next frame");
    assert.deepEqual(
      again.events.map(({ kind }) => kind),
      ["frames"],
    );
    const late = await EventReader.open(test, server, "/events", { "last-event-id": id });
    await late.until(({ kind }) => kind === "resync", "to be told that something was missed");
  });

  it("end with their client, and hold nothing then", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", upTo(3));
    const server = await serve(test, folder);
    const client = (await RawClient.open(test, server)).get("/events");
    await client.until(/resync/);
    client.socket.end();
    await untilNothingIsHeld(server);
  });
});

describe("the server's own state", () => {
  it("is told to whoever supervises it", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", upTo(3));
    const server = await serve(test, folder);
    assert.deepEqual(await askJson(server, "/livez"), { status: "alive" });
    assert.deepEqual(await askJson(server, "/readyz"), { status: "ready", scanning: false, movies: 1 });
  });

  it("has documents that a browser reads under a strict policy", async (test) => {
    const folder = makeFolder(test);
    const server = await serve(test, folder);
    const { status, headers, body } = await ask(server, "/docs");
    assert.equal(status, 200);
    assert.match(headers.get("content-security-policy") ?? "", /^default-src 'self'/);
    assert.doesNotMatch(headers.get("content-security-policy") ?? "", /upgrade-insecure-requests/);
    assert.match(body.toString(), /swagger-ui/);
    for (const [, path = ""] of body.toString().matchAll(/(?:src|href)="([^"]+)"/g))
      assert.equal((await ask(server, new URL(path, "http://x/docs").pathname)).status, 200, path);
  });
});

// What is not there, and what may not be done, is said in the same form everywhere.
describe("requests that nothing answers", () => {
  it("are problems that name what can be had", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", upTo(3));
    const server = await serve(test, folder);
    const none = await askProblem(server, "/nothing/here");
    assert.deepEqual([none.status, none.code], [404, "ROUTE_NOT_FOUND"]);
    for (const method of ["POST", "PUT", "DELETE"]) {
      const { status, headers } = await ask(server, "/movies/dots.ppm", { method });
      assert.deepEqual([status, headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
    }
    const { status, headers } = await ask(server, "/movies", { method: "OPTIONS" });
    assert.deepEqual([status, headers.get("allow")], [204, "GET, HEAD, OPTIONS"]);
  });

  it("read nothing of a body that nobody wants", async (test) => {
    const folder = makeFolder(test);
    const server = await serve(test, folder);
    const client = await RawClient.open(test, server);
    client.send("POST /movies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nbeginning");
    await client.until(/405 [\s\S]*METHOD_NOT_ALLOWED/);
    await client.ended();
    await untilNothingIsHeld(server);
  });
});

async function allowed(server: RunningServer, from: string, path = "/movies"): Promise<string | null> {
  return (await ask(server, path, { headers: { origin: from } })).headers.get("access-control-allow-origin");
}

// RFC 6454: a page of an origin that nobody named learns nothing.
describe("pages of other origins", () => {
  const origin = "https://review.example";

  it("read nothing unless they are named by the setting", async (test) => {
    const folder = makeFolder(test);
    writeMovie(folder, "dots", upTo(3));
    assert.equal(await allowed(await serve(test, folder), origin), null);
    const server = await serve(test, folder, { cors: [origin] });
    for (const path of ["/movies", "/movies/dots.ppm", "/movies/dots/frames/1.ppm", "/movies/none"])
      assert.equal(await allowed(server, origin, path), origin, path);
    assert.equal(await allowed(server, "https://other.example"), null);
  });

  // Otherwise any page could end playbacks for an operator who has it open.
  it("change nothing unless they are named one by one", async (test) => {
    const folder = makeFolder(test);
    const preflight = async (cors: string[]): Promise<string | null> => {
      const server = await serve(test, folder, { cors });
      const headers = { origin, "access-control-request-method": "DELETE" };
      const { headers: answer } = await ask(server, "/playbacks/p-1", { method: "OPTIONS", headers });
      return answer.get("access-control-allow-methods");
    };
    assert.equal(await preflight(["*"]), "GET, HEAD");
    assert.equal(await preflight([origin]), "GET, HEAD, PATCH, DELETE");
  });
});
