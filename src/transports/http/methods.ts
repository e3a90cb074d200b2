import { METHODS as KNOWN } from "node:http";
import { fault } from "../../base/errors.ts";
import type { App } from "./context.ts";

/** All that the platform reads; of `CONNECT` it makes no request. */
const METHODS = KNOWN.filter((method) => method !== "CONNECT");

/**
 * Notes which methods routes take that are added from now on. @returns what is to be called behind the last
 * one: then all other methods are answered with METHOD_NOT_ALLOWED and the list of those it takes, before
 * anything of a body is read, and `OPTIONS` with the list alone
 */
export function forbidOtherMethods(app: App): () => void {
  for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
  const taken = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const methods = taken.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    taken.set(url, methods);
  });
  return () => {
    // Those that are added below are routes, too.
    for (const [url, methods] of new Map(taken)) forbid(app, url, [...methods]);
  };
}

function forbid(app: App, url: string, taken: readonly string[]): void {
  const allow = [...taken, "OPTIONS"].join(", ");
  app.route({
    url,
    method: METHODS.filter((method) => method !== "OPTIONS" && !taken.includes(method)),
    schema: { hide: true },
    exposeHeadRoute: false,
    onRequest: ({ method }, reply, done) => {
      void reply.header("Allow", allow);
      done(fault("METHOD_NOT_ALLOWED", `found ${method}, expected one of ${allow}`));
    },
    handler: () => undefined,
  });
  if (taken.includes("OPTIONS")) return;
  app.route({
    url,
    method: "OPTIONS",
    schema: { hide: true },
    handler: (_request, reply) => reply.header("Allow", allow).code(204).send(),
  });
}
