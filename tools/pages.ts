// Builds the pages of web/ into dist/web, where the server looks for them:
//   node tools/pages.ts          when something of them has changed since, or they are not there
//   node tools/pages.ts --watch  serves them while they are worked on, and asks a running server for the rest
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { InlineConfig, Plugin } from "vite";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROOM = join(ROOT, "web");
const BUILT = join(ROOT, "dist", "web");

/** What the pages that are there were built from. */
const STAMP = "built-from.txt";

/** Two may build at once: a test that packs, and whoever starts a server meanwhile. */
const BEING_BUILT = `${BUILT}-${process.pid}`;

/** All that a page can hold. */
const INPUTS = ["web", "client", "src/base", "src/wire", "package-lock.json", "tools/pages.ts"];

/** The name that people write on pages of their own: it leads to the file whose name has a hash. */
const STABLE = { entry: "element", fileName: "player.js" };

const SERVER = process.env["MUTOSCOPE_URL"] ?? "http://127.0.0.1:8080";
const ASKED = ["/movies", "/playbacks", "/events", "/metrics", "/readyz", "/ws"];

const CONFIG: InlineConfig = {
  root: ROOM,
  configFile: false,
  publicDir: false,
  plugins: [stableName(), pagePaths()],
  server: { proxy: Object.fromEntries(ASKED.map((path) => [path, { target: SERVER, ws: path === "/ws" }])) },
  build: {
    outDir: BEING_BUILT,
    emptyOutDir: true,
    target: "es2022",
    // Nothing within a page: its policy lets nothing of that kind run or show.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        library: join(ROOM, "index.html"),
        watch: join(ROOM, "watch.html"),
        status: join(ROOM, "status.html"),
        [STABLE.entry]: join(ROOM, "element", "define.ts"),
      },
      preserveEntrySignatures: "exports-only",
    },
  },
};

if (process.argv.includes("--watch")) await serve();
else await build();

async function build(): Promise<void> {
  const inputs = hashOf(INPUTS);
  const stamp = join(BUILT, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return;
  const vite = await import("vite").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    // An installation without what only development needs: everything but the pages works.
    process.stderr.write("The pages are not built: their tools are not installed (npm ci installs them).\n");
  });
  if (vite === undefined) return;
  await vite.build({ ...CONFIG, logLevel: "warn" });
  for (const path of filesIn(BEING_BUILT)) compress(join(BEING_BUILT, path));
  writeFileSync(join(BEING_BUILT, STAMP), inputs);
  // A server that runs never serves half of them.
  rmSync(BUILT, { recursive: true, force: true });
  renameSync(BEING_BUILT, BUILT);
}

/** As small as it gets, once for all: the server has no part in it. */
function compress(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes));
}

async function serve(): Promise<void> {
  const vite = await import("vite");
  const server = await vite.createServer(CONFIG);
  await server.listen();
  server.printUrls();
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesOf)) hash.update(`${path}\n`).update(readFileSync(join(ROOT, path)));
  return `${hash.digest("hex")}\n`;
}

function filesOf(path: string): string[] {
  if (/\.\w+$/.test(path)) return [path];
  const files = filesIn(join(ROOT, path)).filter((name) => !/\.(test|testing)\.ts$/.test(name));
  return files.map((name) => join(path, name)).sort();
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function stableName(): Plugin {
  return {
    name: "stable-name",
    generateBundle(_options, bundle) {
      const chunk = Object.values(bundle).find((each) => each.type === "chunk" && each.name === STABLE.entry);
      if (chunk === undefined) this.error(`no chunk is named ${STABLE.entry}`);
      const source = `export * from "./${chunk.fileName}";\n`;
      this.emitFile({ type: "asset", fileName: STABLE.fileName, source });
    },
  };
}

/** The paths of pages, also while they are worked on. */
function pagePaths(): Plugin {
  return {
    name: "page-paths",
    configureServer({ middlewares }) {
      middlewares.use((request, _response, next) => {
        if (request.url?.startsWith("/watch/") === true) request.url = "/watch.html";
        if (request.url === "/status") request.url = "/status.html";
        next();
      });
    },
  };
}
