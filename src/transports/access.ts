import { createHash, timingSafeEqual } from "node:crypto";
import { LOOPBACK } from "../base/addressBlocks.ts";
import { fault } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { AddressFinder } from "./addresses.ts";

/** Who wants to change what is another's. */
export type Operator = {
  /** Of the peer, as its socket names it. */
  readonly address: string | undefined;
  /** What it gave as the operator's token. */
  readonly token?: string | undefined;
};

/** Lets in who may change or end another's playback: this machine, and whoever has the operator's token. */
export class Access {
  readonly #loopback = new AddressFinder(LOOPBACK);
  /** A digest, so that texts of different lengths take the same time to compare. */
  readonly #token: Uint8Array | undefined;

  constructor(token: Secret | "none") {
    this.#token = token === "none" ? undefined : digest(token.reveal());
  }

  /** @throws OPERATOR_ONLY */
  check({ address, token }: Operator): void {
    if (this.#loopback.find(address) !== undefined) return;
    if (token !== undefined && this.#token !== undefined && timingSafeEqual(digest(token), this.#token))
      return;
    const given = token === undefined ? "no token" : "another token";
    const expected =
      this.#token === undefined ? "loopback (there is no operator-token)" : "loopback or the token";
    throw fault("OPERATOR_ONLY", `found ${address ?? "nobody"} with ${given}, expected ${expected}`);
  }
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
