import type { Client } from "../../client/index.ts";
import { fault } from "../base/errors.ts";

/** Whether an argument names a server, and no folder. */
export function isServerUrl(text: string): boolean {
  return /^(https?|wss?):\/\//i.test(text);
}

/** A person at a terminal waits no longer for a server that does not answer. In milliseconds. */
const PATIENCE = 15_000;

/** Pages and parts of a server, which people copy from where they look at them. */
const PART = /^\/(?:watch|movies)\/([^/]+)/;

/**
 * The client library, connected.
 * @throws OPTION_INVALID for the address of a movie, MutoscopeError when no server answers there
 */
export async function connectTo(url: string, name: string, priority: number | undefined): Promise<Client> {
  const { origin, pathname } = URL.canParse(url) ? new URL(url) : { origin: "", pathname: "" };
  const movie = PART.exec(pathname)?.[1]?.replaceAll(/%2f/gi, "/");
  if (movie !== undefined) {
    const meant = `${origin} ${movie}`;
    throw fault("OPTION_INVALID", `found ${url}, expected the server and then the movie: ${meant}`);
  }
  // Help and errors of the command line answer without it.
  const { connect } = await import("../../client/index.ts");
  return connect(url, { name, patience: PATIENCE, ...(priority !== undefined && { priority }) });
}

export const URL_ARGUMENT = {
  argument: "<url>",
  description: "the server, as http://127.0.0.1:8080",
} as const;
