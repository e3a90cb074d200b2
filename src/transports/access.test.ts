import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { Access, type Operator } from "./access.ts";

const TOKEN = "correct-horse-battery";

/** `in`, or why not. */
function answer(access: Access, by: Operator): string {
  try {
    access.check(by);
    return "in";
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    assert.equal(error.code, "OPERATOR_ONLY");
    return error.message;
  }
}

// Law 9: what is another's takes more than knowing its name.
test("loopback needs no token, and everybody else the right one", () => {
  const access = new Access(new Secret(TOKEN));
  for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.2"])
    assert.equal(answer(access, { address }), "in");
  assert.equal(answer(access, { address: "10.0.0.1", token: TOKEN }), "in");
  for (const token of ["", "x", `${TOKEN}x`, TOKEN.slice(1), TOKEN.toUpperCase(), undefined])
    assert.match(answer(access, { address: "10.0.0.1", token }), /expected loopback or the token/);
  assert.match(answer(access, { address: undefined }), /found nobody with no token/);
});

// A server without a token must not be opened by an empty one.
test("without a token of the server there is none that lets anybody in", () => {
  const access = new Access("none");
  for (const token of [undefined, "", "none", TOKEN])
    assert.match(answer(access, { address: "10.0.0.1", token }), /there is no operator-token/);
  assert.equal(answer(access, { address: "127.0.0.1" }), "in");
});

// The answer goes to whoever guesses, and into logs.
test("a refusal repeats neither the token nor what was given for it", () => {
  const access = new Access(new Secret(TOKEN));
  assert.doesNotMatch(
    answer(access, { address: "10.0.0.1", token: "my-guess-of-it" }),
    /my-guess|correct-horse/,
  );
});
