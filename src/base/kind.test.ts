import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, duration, host, port, size, whole } from "./kind.ts";

// JavaScript's own conversion would take "", "1e3" and "0x10" for numbers.
test("a whole number is ASCII digits inside its bounds", () => {
  const kind = whole(1, 64);
  assert.equal(kind.parse("1"), 1);
  assert.equal(kind.parse("64"), 64);
  for (const text of ["", "0", "65", "-1", "1.0", "1e1", "0x10", "٣", " 1"])
    assert.equal(kind.parse(text), undefined, text);
});

// 0 is how tests and scripts ask for any free port.
test("a port is 0 to 65535", () => {
  assert.equal(port.parse("0"), 0);
  assert.equal(port.parse("65535"), 65_535);
  assert.equal(port.parse("65536"), undefined);
});

// Every option has a bound, so that a slip of a unit is found at the start and not when memory is gone.
test("sizes and durations are held to their bounds", () => {
  assert.equal(size(1024, 2048).parse("2KiB"), 2048);
  assert.equal(size(1024, 2048).parse("1000B"), undefined);
  assert.equal(duration(100, 1000).parse("1s"), 1000);
  assert.equal(duration(100, 1000).parse("1001ms"), undefined);
});

// Case is part of a word here as it is in the documents.
test("a choice is one of its words", () => {
  assert.equal(choice(["warn", "info"], "LEVEL").parse("info"), "info");
  assert.equal(choice(["warn", "info"], "LEVEL").parse("Info"), undefined);
});

// The most usual slip is to give the port with the host.
test("a host is a name or an address, never with a port", () => {
  for (const text of [
    "localhost",
    "127.0.0.1",
    "::",
    "::1",
    "fe80::1%eth0",
    "::ffff:10.0.0.1",
    "render-7.local",
  ]) {
    assert.equal(host.parse(text), text);
  }
  assert.equal(host.parse("[::1]"), "::1");
  for (const text of ["", "127.0.0.1:7038", "localhost:80", "256.0.0.1", "a b", "http://x", "-x", "a..b"]) {
    assert.equal(host.parse(text), undefined, text);
  }
});
