import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize, sep } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type BrowserContextOptions, type Page, chromium } from "playwright-core";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What a page is shown on; a desktop when nothing is said. */
type Display = Pick<BrowserContextOptions, "viewport" | "hasTouch" | "isMobile">;

/** A page of Debian's Chromium, in a profile of its own. It is gone when the test is over. */
export async function openPage(test: TestContext, display: Display = {}): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "mutoscope-chromium-"));
  const options = { executablePath: "/usr/bin/chromium", args: ARGUMENTS, ...display };
  const context = await chromium
    .launchPersistentContext(profile, options)
    .catch((error: Error) =>
      assert.fail(`Chromium cannot be started: apt-get install chromium (${error.message})`),
    );
  test.after(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });
  return context.newPage();
}

const MEDIA_TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".html": "text/html" };

/** Serves a folder to browsers, from another origin than the server's. @returns its origin */
export async function serveFolder(test: TestContext, folder: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = normalize(join(folder, new URL(request.url ?? "/", "http://any").pathname));
    const type = MEDIA_TYPES[extname(path)];
    if (!path.startsWith(folder + sep) || type === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": type }).end(readFileSync(path));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Compiles the client library as the package has it. */
export function compileClient(folder: string): void {
  const compiler = join(CHECKOUT, "node_modules", "typescript", "bin", "tsc");
  const project = join(CHECKOUT, "tsconfig.build.json");
  const args = [compiler, "--project", project, "--outDir", folder];
  const { status, stdout } = spawnSync(process.execPath, args);
  assert.equal(status, 0, stdout.toString());
}
