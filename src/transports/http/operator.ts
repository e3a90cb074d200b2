import type { FastifyRequest } from "fastify";
import { LOOPBACK } from "../../base/addressBlocks.ts";
import type { Operator } from "../access.ts";
import { AddressFinder } from "../addresses.ts";
import type { Context } from "./context.ts";

const loopback = new AddressFinder(LOOPBACK);

const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

/**
 * Who asks, to be let in by `Access`. Being on loopback counts only for requests that name this machine as
 * their host: a page whose own name was made to lead here (DNS rebinding) would have its reader's browser ask
 * in its stead. One of another origin cannot: browsers ask before they send `PATCH` or `DELETE` for it.
 */
export function operatorOf(request: FastifyRequest, { clientOf }: Pick<Context, "clientOf">): Operator {
  const { address } = clientOf(request.raw.socket);
  const [, token] = BEARER.exec(request.headers.authorization ?? "") ?? [];
  return { address: namesLoopback(request.headers.host) ? address : elsewhere(address), token };
}

/** On loopback, but not to be trusted as such. */
function elsewhere(address: string | undefined): string | undefined {
  return loopback.find(address) === undefined ? address : undefined;
}

/** Whether a `Host` is this machine's own name for itself, or an address, which no one else can have made. */
function namesLoopback(host: string | undefined): boolean {
  if (host === undefined) return true;
  const name = host
    .replace(/:\d*$/, "")
    .replace(/^\[|\]$/g, "")
    .toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || loopback.find(name) !== undefined;
}
