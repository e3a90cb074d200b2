import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import sharp from "sharp";
import { encodeHeader } from "../../src/wire/netpbm.ts";
import { OUR_COMMAND } from "../candidates.ts";
import { SIZE as DEEP_SIZE, makeDeepMovie } from "../convert/frames.ts";
import type { Bench, Family, Measurement, Row, Work } from "../family.ts";
import { makeFolder, makeMovie } from "../movie.ts";
import { NOTHING } from "./mjpeg.ts";
import { type Look, type Turns, WATCH, lookAt } from "./playerPage.ts";
import { type WebServer, startOurs, withServer } from "./server.ts";

/** What a person at a browser sees of a movie that plays in `<mutoscope-player>`. */
export const PLAYER: Family = {
  targets: ["player"],
  open(bench) {
    if (bench.plan.ours === OUR_COMMAND) return Promise.resolve(new Player(bench));
    bench.note("player measures our own server: left out");
    return Promise.resolve(NOTHING);
  },
};

/** Frames of each movie: it loops. */
const FRAMES = 48;
const PLAYED_SECONDS = 30;
const QUICK_SECONDS = 5;
/** Others are shown as they are. */
const DEEP_WIDTH = 1280;
const MIDDLE_SIZE = { width: 768, height: 576 } as const;

type Shot = {
  readonly what: string;
  readonly folder: string;
  readonly name: string;
  /** Of the element, in CSS pixels. */
  readonly width: number;
};

export type PlayerFigures = { readonly what: string; readonly look: Look };

class Player implements Measurement {
  readonly #bench: Bench;
  readonly #measured: PlayerFigures[] = [];

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** Once: there is no peer whose luck it would have to share. */
  works(repetition: number): readonly Work[] {
    return repetition > 1 ? [] : [() => this.#measureAll()];
  }

  rows(): readonly Row[] {
    return playerRows(this.#measured);
  }

  figures(): unknown {
    return this.#measured;
  }

  async #measureAll(): Promise<void> {
    const small = await makeMovie("large");
    const middle = await makeMiddleMovie();
    const deep = await makeDeepMovie("png", FRAMES);
    const shots: readonly Shot[] = [
      { what: "160×120", folder: small.folder, name: small.name, width: 160 },
      { what: "768×576", folder: middle, name: "middle", width: MIDDLE_SIZE.width },
      {
        what: `${DEEP_SIZE.width}×${DEEP_SIZE.height} at ${DEEP_WIDTH}`,
        folder: deep.folder,
        name: deep.name,
        width: 1280,
      },
    ];
    for (const shot of shots) {
      this.#bench.plan.progress(`player: ${shot.what}`);
      this.#measured.push({ what: shot.what, look: await this.#measure(shot) });
    }
    await deep.remove();
  }

  async #measure({ what, folder, name, width }: Shot): Promise<Look> {
    const seconds = this.#bench.plan.isQuick ? QUICK_SECONDS : PLAYED_SECONDS;
    const page = await servePage();
    const options = ["--cors", page.origin, "--cache-dir", await makeFolder("player-cache")];
    try {
      return await withServer(startOurs(folder, options), what, (server) =>
        watching(async (context) => {
          page.show(pageText(server, name, width));
          return lookAt(
            await watch(context, page.origin, { seconds, showAll: () => showAll(server, name, width) }),
          );
        }),
      );
    } finally {
      page.close();
    }
  }
}

type Watching = { readonly seconds: number; readonly showAll: () => Promise<void> };

/** The first picture of a server that has made none, and then a movie of which each frame has been made. */
async function watch(
  context: BrowserContext,
  origin: string,
  { seconds, showAll }: Watching,
): Promise<Turns> {
  const page = await context.newPage();
  await page.goto(origin);
  await page.waitForFunction(`document.querySelector("mutoscope-player").readyState === 4`);
  await showAll();
  return page.evaluate<Turns>(`(${WATCH})(${JSON.stringify({ seconds, frames: FRAMES })})`);
}

/** Every frame once, as the player asks for it. */
async function showAll({ port }: WebServer, name: string, width: number): Promise<void> {
  const query = `contract=all&fps=1000${width === DEEP_WIDTH ? `&width=${width}` : ""}`;
  const response = await fetch(`http://127.0.0.1:${port}/movies/${name}.mjpeg?${query}`);
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) bytes += chunk.byteLength;
  if (response.status !== 200 || bytes < FRAMES) throw new Error(`${response.status}, ${bytes} bytes`);
}

async function watching<T>(work: (context: BrowserContext) => Promise<T>): Promise<T> {
  const context = await chromium.launchPersistentContext(await makeFolder("chromium"), {
    executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    viewport: { width: 1400, height: 1000 },
  });
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

function pageText({ port }: WebServer, movie: string, width: number): string {
  const server = `http://127.0.0.1:${port}`;
  return `<!doctype html>
<link rel="icon" href="data:," />
<script type="module" src="${server}/player.js"></script>
<mutoscope-player style="width: ${width}px" src="${server}/movies/${movie}" loop></mutoscope-player>
<script>
  const player = document.querySelector("mutoscope-player");
  const note = () => (player.firstPictureAt = performance.now());
  player.addEventListener("framechange", note, { once: true });
</script>
`;
}

async function servePage(): Promise<{ origin: string; show(text: string): void; close(): void }> {
  let shown = "";
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" }).end(shown);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show: (text) => {
      shown = text;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Enlarged noise: a JPEG of it is as large as that of a picture. */
async function makeMiddleMovie(): Promise<string> {
  const folder = await makeFolder("middle");
  const { width, height } = MIDDLE_SIZE;
  const header = encodeHeader({ magic: "P6", width, height, maxval: 255 });
  for (let number = 1; number <= FRAMES; number += 1) {
    const noise = { width: 32, height: 24, channels: 3, background: "#888" } as const;
    const drawn = { ...noise, noise: { type: "gaussian", mean: 128, sigma: 60 } } as const;
    const raster = await sharp({ create: drawn }).resize({ width, height, fit: "fill" }).raw().toBuffer();
    await writeFile(join(folder, `middle${number}.ppm`), Buffer.concat([header, raster]));
  }
  return folder;
}

/** Shares of frames, and how soon there was anything. */
export function playerRows(measured: readonly PlayerFigures[]): Row[] {
  return measured.flatMap(({ what, look }) => {
    const row = (name: string, unit: string, value: number): Row => ({
      target: "player",
      what: `${what}${name}`,
      unit,
      ours: [value],
      about: "ours",
      judged: [value],
    });
    const share = (count: number): number => (look.due === 0 ? Number.NaN : (100 * count) / look.due);
    return [
      row(", first picture", "ms", look.firstMs),
      { ...row(", late or left out", "%", share(look.late + look.leftOut)), goal: { atMost: 0.5 } },
      row(", of these ours", "%", share(look.ours)),
      row(", turns of the display missed", "%", (100 * look.lateTurns) / Math.max(look.turns, 1)),
    ];
  });
}
