import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeFolder } from "../movie.ts";

/** What to do when it is not there. */
export const WRK_MISSING = "wrk is not installed: t8 was left out (Debian: apt-get install wrk)";

/** What wrk counted. */
export type Requests = { readonly requests: number; readonly perSecond: number };

export async function hasWrk(): Promise<boolean> {
  try {
    // It has no flag that ends it well.
    await promisify(execFile)("wrk", ["-v"]);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ENOENT");
  }
}

/** Connections that stay; each asks for one path after the other, in turn. */
export async function runWrk(
  port: number,
  paths: readonly string[],
  { connections, ms }: { readonly connections: number; readonly ms: number },
): Promise<Requests> {
  const script = join(await makeFolder("wrk"), "paths.lua");
  await writeFile(script, luaScript(paths));
  const times = ["-t", "1", "-c", String(connections), "-d", `${Math.ceil(ms / 1000)}s`];
  const { stdout } = await promisify(execFile)("wrk", [...times, "-s", script, `http://127.0.0.1:${port}`]);
  return readWrk(stdout);
}

/** Requests are put together once: what is measured is the server. */
function luaScript(paths: readonly string[]): string {
  return `
local requests = {}
local at = 0
function init(args)
  for _, path in ipairs({${paths.map((path) => JSON.stringify(path)).join(", ")}}) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
`;
}

/** Rejects what was not answered well: errors are fast. */
export function readWrk(text: string): Requests {
  const [, wrong] = /^\s*(Non-2xx or 3xx responses: .*|Socket errors: .*)$/m.exec(text) ?? [];
  if (wrong !== undefined) throw new Error(`wrk says: ${wrong}`);
  const [, requests] = /(\d+) requests in /.exec(text) ?? [];
  const [, perSecond] = /Requests\/sec:\s+([\d.]+)/.exec(text) ?? [];
  if (requests === undefined || perSecond === undefined) throw new Error(`wrk says: ${text}`);
  return { requests: Number(requests), perSecond: Number(perSecond) };
}
