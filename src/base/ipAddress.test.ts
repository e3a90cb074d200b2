import assert from "node:assert/strict";
import { isIP } from "node:net";
import { test } from "node:test";
import * as fc from "fast-check";
import { holds } from "../../test/laws/seed.ts";
import { mappedIpv4, parseAddress } from "./ipAddress.ts";

/** Groups and IPv4 addresses in any order, around `::` and without it. */
const misplaced = fc
  .array(fc.constantFrom("0", "ffff", "1.2.3.4", ""), { minLength: 1, maxLength: 9 })
  .map((words) => words.join(":"));

const hostile = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  misplaced,
  fc.string({ unit: fc.constantFrom("0", "1", "25", "256", "f", "ffff", ".", ":", "::", "g") }),
);

// Two readings of one address would let somebody in who was meant to stay out.
test("what is an address here is one to the runtime, with as many bytes, and nothing else is", (t) => {
  const property = fc.property(hostile, (text) => {
    const family = { 4: 4, 16: 6 }[parseAddress(text)?.length ?? 0] ?? 0;
    assert.equal(family, isIP(text), text);
  });
  holds(t, property, 5000);
});

// `--best-priority 1.2.3.4::/32=1` would end the server with a stack instead of a sentence.
test("an IPv4 address stands for the last two groups of an address, and for no others", () => {
  for (const text of ["1.2.3.4::", "ffff:1.2.3.4::", "1.2.3.4::1", "1.2.3.4::1.2.3.4", "1.2.3.4:0:0:0:0:0:0"])
    assert.equal(parseAddress(text), undefined, text);
});

// The bytes decide which blocks are the same and which bits lie behind a prefix.
test("an address is read into its bytes, however its zeros are written", () => {
  const loopback = [...new Uint8Array(15), 1];
  for (const text of ["::1", "0:0:0:0:0:0:0:1", "0::0.0.0.1", "0000::0001"])
    assert.deepEqual([...(parseAddress(text) ?? [])], loopback, text);
  assert.deepEqual([...(parseAddress("2001:DB8::a:10.1.2.3") ?? [])].slice(0, 4), [0x20, 0x01, 0x0d, 0xb8]);
  assert.deepEqual([...(parseAddress("10.1.2.3") ?? [])], [10, 1, 2, 3]);
});

function inside(text: string): string | undefined {
  return mappedIpv4(parseAddress(text) ?? assert.fail(text))?.join(".");
}

// A socket for both families names its IPv4 clients so.
test("an IPv4 address inside of one of IPv6 is found, and no other", () => {
  assert.equal(inside("::ffff:10.1.2.3"), "10.1.2.3");
  assert.equal(inside("::ffff:a01:203"), "10.1.2.3");
  assert.equal(inside("::10.1.2.3"), undefined);
  assert.equal(inside("64:ff9b::10.1.2.3"), undefined);
  assert.equal(inside("10.1.2.3"), undefined);
});
