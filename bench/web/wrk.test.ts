import assert from "node:assert/strict";
import { test } from "node:test";
import { readWrk } from "./wrk.ts";

const SAID = `Running 3s test @ http://127.0.0.1:18111
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    23.70ms   36.70ms 381.60ms   92.42%
    Req/Sec     4.06k     1.96k    9.10k    76.67%
  12268 requests in 3.04s, 680.62MB read
`;
const RATE = "Requests/sec:   4029.27\nTransfer/sec:    223.54MB\n";

test("wrk's count and rate are read", () => {
  assert.deepEqual(readWrk(SAID + RATE), { requests: 12_268, perSecond: 4029.27 });
});

// A server that refuses is faster than one that serves.
test("a run with wrong answers or broken connections is no measurement", () => {
  assert.throws(() => readWrk(`${SAID}  Non-2xx or 3xx responses: 12268\n${RATE}`), /Non-2xx/);
  const broken = "  Socket errors: connect 0, read 3, write 0, timeout 0\n";
  assert.throws(() => readWrk(SAID + broken + RATE), /Socket errors/);
});
