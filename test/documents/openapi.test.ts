import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import * as fc from "fast-check";
import { Compile } from "typebox/compile";
import { Fault } from "../../src/base/errors.ts";
import { PARAMETERS, type ParameterName } from "../../src/transports/http/parameters.ts";
import { makeFolder, upTo, writeMovie } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { askJson, ask } from "../e2e/web.ts";
import { holds } from "../laws/seed.ts";

type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly headers?: object }>>;
};
type Description = { readonly openapi: string; readonly paths: Record<string, Record<string, Operation>> };

async function describeServer(test: TestContext) {
  const folder = makeFolder(test);
  writeMovie(folder, "dots", upTo(3));
  const server = await serve(test, folder);
  return { server, description: (await askJson(server, "/openapi.json")) as Description };
}

// Programs are generated from this document: what a linter of others finds wrong is wrong.
test("a linter finds no error in the description", async (test) => {
  const { description } = await describeServer(test);
  assert.equal(description.openapi, "3.1.0");
  const config = await createConfig({ extends: ["recommended"] });
  const found = await lintFromString({ source: JSON.stringify(description), config });
  assert.deepEqual(
    found
      .filter(({ severity }) => severity === "error")
      .map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
    [],
  );
});

// The design's list of surfaces others rely on (section 6): a route that is lost breaks them.
test("every route that the design promises is described", async (test) => {
  const { description } = await describeServer(test);
  const operations = new Set(
    Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    ),
  );
  for (const promised of [
    "get /movies",
    "get /movies/{movie}",
    "get /movies/{movie}/frames/{frame}",
    "get /movies/{movie}/frames/{frame}/values",
    "get /movies/{movie}/frames/{frame}/histogram",
    "get /movies/{movie}.mjpeg",
    "get /movies/{movie}.ppm",
    "get /movies/{movie}.y4m",
    "get /events",
    "get /playbacks",
    "get /playbacks/{playback}",
    "patch /playbacks/{playback}",
    "delete /playbacks/{playback}",
    "get /playbacks/events",
    "get /metrics",
    "get /livez",
    "get /readyz",
  ])
    assert.ok(operations.has(promised), promised);
});

// How a program finds the receipt of what it was sent, and the bytes that it may keep.
test("fields of answers with frames are described, and there", async (test) => {
  const { server, description } = await describeServer(test);
  const fieldsOf = (path: string, status: string): string[] =>
    Object.keys(description.paths[path]?.["get"]?.responses[status]?.headers ?? {});
  const rare = new Set(["Mutoscope-Priority-Wished", "Mutoscope-Substitute"]);
  for (const form of ["mjpeg", "ppm", "y4m"]) {
    const { headers } = await ask(server, `/movies/dots.${form}`);
    const fields = fieldsOf(`/movies/{movie}.${form}`, "200");
    assert.ok(fields.includes("Mutoscope-Playback") && fields.includes("Server-Timing"), form);
    for (const name of fields) assert.ok(headers.has(name) || rare.has(name), `${form}: ${name}`);
  }
  for (const status of ["200", "206"]) {
    const part = status === "206" ? { headers: { range: "bytes=0-3" } } : {};
    const { headers } = await ask(server, "/movies/dots/frames/2", part);
    const fields = fieldsOf("/movies/{movie}/frames/{frame}", status);
    for (const name of headers.keys())
      if (/^(mutoscope-|etag|content-location)/.test(name))
        assert.ok(fields.map((each) => each.toLowerCase()).includes(name), name);
    for (const name of fields) assert.ok(headers.has(name) || rare.has(name), `a frame: ${name}`);
  }
});

// A description that leaves a parameter out, or names one that is refused, is worse than none.
test("each described query parameter is taken, and no other one is", async (test) => {
  const { server, description } = await describeServer(test);
  for (const [path, { get }] of Object.entries(description.paths)) {
    if (get === undefined || path.endsWith("events") || path === "/metrics") continue;
    // Its query is the page's own: what somebody was looking at.
    if (path === "/") continue;
    const url = path.replace("{movie}", "dots").replace("{frame}", "2.ppm").replace("{playback}", "p-1-x");
    const names = (get.parameters ?? []).filter((each) => each.in === "query").map(({ name }) => name);
    for (const name of names) {
      const { body } = await ask(server, `${url}?${name}=%00`);
      assert.doesNotMatch(body.subarray(0, 500).toString("latin1"), /found the parameter/, `${path} ${name}`);
    }
    const { status, body } = await ask(server, `${url}?nobody-knows=1`);
    assert.equal(status, 400, path);
    assert.match(body.toString(), /found the parameter \\"nobody-knows\\"/);
  }
});

// The schema is what programs check against before they ask; the reader is what answers.
test("what a parameter's reader takes its schema takes, and the rest is refused with a code", (t) => {
  const texts = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.integer({ min: -100, max: 100_000 }).map(String),
    fc.constantFrom(
      "last",
      "auto",
      "0,4095",
      "24000/1001",
      "all",
      "paced",
      "hold",
      "-1",
      "1",
      "0",
      "name",
      "1.5",
    ),
  );
  for (const [name, { schema, read }] of Object.entries(PARAMETERS)) {
    const check = Compile(schema);
    holds(
      t,
      fc.property(texts, (text) => {
        let isRead = true;
        try {
          read(text);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          isRead = false;
        }
        const value = typeOf(schema) === "string" ? text : Number(text);
        if (isRead) assert.ok(check.Check(value), `${name}=${text} is read, but not described`);
        else if (HAS_EXACT_SCHEMA.has(name as ParameterName))
          assert.ok(!check.Check(value), `${name}=${text} is described, but not read`);
      }),
      300,
    );
  }
});

function typeOf(schema: object): unknown {
  return "type" in schema ? schema.type : undefined;
}

/** Whose schema says everything: of rates and levels only the reader knows which are too large. */
const HAS_EXACT_SCHEMA: ReadonlySet<ParameterName> = new Set([
  "from",
  "to",
  "loop",
  "contract",
  "missing",
  "direction",
  "tagged",
  "sort",
  "rev",
]);
