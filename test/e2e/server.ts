import type { TestContext } from "node:test";
import { Bytes, Ms } from "../../src/base/units.ts";
import { type RunningServer, startServer } from "../../src/main.ts";
import { type Settings, defaultSettings } from "../../src/settings.ts";

/**
 * What tests want where they say nothing: any free port, few threads, silence, no wait at the end, and
 * nothing
 * written into the user's folders.
 */
const FOR_TESTS = {
  classic: 0,
  http: 0,
  workers: 1,
  maxWorkers: 2,
  diskCache: Bytes(0),
  shutdown: Ms(0),
  logLevel: "error",
} as const;

/** A server in this process, whose library has been looked through. It is gone when the test is over. */
export async function serve(
  test: TestContext,
  library: string,
  settings: Partial<Settings> = {},
): Promise<RunningServer> {
  const server = await startServer({ ...defaultSettings(), ...FOR_TESTS, ...settings }, [
    { kind: "folder", path: library },
  ]);
  test.after(() => {
    server.destroy();
    return server.close();
  });
  await server.catalogue.scanned;
  return server;
}
