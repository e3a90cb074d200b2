import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Locator, Page } from "playwright-core";
import { BitRate, Bytes } from "../../src/base/units.ts";
import { type RunningServer, writeDemoMovie } from "../../src/main.ts";
import type { Settings } from "../../src/settings.ts";
import { openPage } from "../e2e/browser.ts";
import { until } from "../e2e/deadline.ts";
import { makeFolder } from "../e2e/movies.ts";
import { serve } from "../e2e/server.ts";
import { Viewer } from "../e2e/viewer.ts";
import { urlOf } from "../e2e/web.ts";
import { WebViewer } from "../e2e/webViewer.ts";

/** A server with the built-in movie, and a budget below what is asked of it. */
export async function serveTight(
  test: TestContext,
  settings: Partial<Settings> = {},
): Promise<RunningServer> {
  const library = join(makeFolder(test), "images");
  await writeDemoMovie(library);
  return serve(test, library, { egress: BitRate(16_000_000), cache: Bytes(2 ** 26), ...settings });
}

/** How many there are. */
const VIEWERS = 5;

/** Viewers of every transport and contract, at several priorities, who watch until the test is over. */
export async function watch(test: TestContext, server: RunningServer): Promise<void> {
  const port = server.classic?.port ?? assert.fail("classic is off");
  for (const request of [
    "annie:0:start_movie:sw,1,25,contract=paced\n",
    "dailies:3:start_movie:sw,1,12\n",
    "free:200:start_movie:sw,1\n",
  ])
    (await Viewer.open(test, port)).send(request);
  const web = await WebViewer.open(test, server);
  web.play({ loop: true, contract: "latest", fps: "24", priority: 5, credit: 100_000 });
  const abort = new AbortController();
  test.after(() => abort.abort());
  const { body } = await fetch(urlOf(server, "/movies/sw.mjpeg?loop=1&priority=1"), { signal: abort.signal });
  void body?.pipeTo(new WritableStream()).catch(() => undefined);
}

/** Opens the status page. The test fails when the page breaks, breaks its policy, or asks another server. */
export async function openStatus(
  test: TestContext,
  server: RunningServer,
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<Page> {
  const page = await openPage(test);
  const origin = urlOf(server, "");
  const wrong: string[] = [];
  page.on("pageerror", (error) => void wrong.push(error.stack ?? error.message));
  page.on("console", (message) => {
    // A server that is gone is the browser's to complain of.
    const isExpected = /net::ERR_|status of (403|404|503)/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isExpected) wrong.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) wrong.push(request.url());
  });
  test.after(() => assert.deepEqual(wrong, []));
  await page.setViewportSize({ width: 1440, height: 900 });
  await prepare(page);
  await page.goto(`${origin}/status`);
  return page;
}

/** A number on the page, and what it says of itself. */
export type ShownNumber = {
  readonly text: string;
  readonly metric: string;
  readonly how: string;
  readonly beside: string | undefined;
  readonly from: number | undefined;
  readonly seconds: number | undefined;
};

export type ShownNumbers = { readonly answer: number; readonly numbers: readonly ShownNumber[] };

/** All numbers that come from metrics, of one moment. */
export function readNumbers(page: Page): Promise<ShownNumbers> {
  return page.evaluate<ShownNumbers>(`(() => {
    const number = (text) => (text === undefined ? undefined : Number(text));
    const numbers = [];
    const visit = (root) => {
      for (const element of root.querySelectorAll("*")) {
        const { metric, how, beside, from, seconds } = element.dataset;
        const text = element.textContent.trim();
        if (metric !== undefined)
          numbers.push({ text, metric, how, beside, from: number(from), seconds: number(seconds) });
        if (element.shadowRoot !== null) visit(element.shadowRoot);
      }
    };
    visit(document);
    const { answer } = document.querySelector("mutoscope-status-page").dataset;
    return { answer: Number(answer), numbers };
  })()`);
}

/** The rows of the table that are there, by playback, each with its fields as they are shown. */
export function readRows(page: Page): Promise<Record<string, Record<string, string>>> {
  return page.evaluate<Record<string, Record<string, string>>>(`(() => {
    const root = document.querySelector("mutoscope-status-page").shadowRoot;
    const table = root.querySelector("mutoscope-playback-table");
    const rows = table?.shadowRoot.querySelectorAll("[data-playback]");
    const textOf = (element) => element.textContent.trim();
    return Object.fromEntries([...(rows ?? [])].map((row) => [
      row.dataset.playback,
      Object.fromEntries([
        ...[...row.querySelectorAll("[data-field]")].map((each) => [each.dataset.field, textOf(each)]),
        ["movie", row.querySelector("a").textContent],
        ["link", row.querySelector("a").getAttribute("href")],
        ["name", row.querySelector(".name").textContent],
        ["priority", String(row.querySelector("mutoscope-priority-stepper").value)],
      ]),
    ]));
  })()`);
}

/** A server with viewers, and the page that shows all of them. @param prepare before it is opened */
export async function openWatched(
  test: TestContext,
  prepare: (page: Page, server: RunningServer) => Promise<unknown> = async () => undefined,
  settings: Partial<Settings> = {},
): Promise<{ readonly server: RunningServer; readonly page: Page }> {
  const server = await serveTight(test, settings);
  await watch(test, server);
  const page = await openStatus(test, server, (opened) => prepare(opened, server));
  const rows = page.locator("tr[data-playback]");
  await until(async () => (await rows.count()) >= VIEWERS, "all viewers", 20_000).catch(async () =>
    assert.fail(`found ${await page.locator("main").innerText()}`),
  );
  return { server, page };
}

/** The row of a client's playback. */
export function rowOf(page: Page, client: string): Locator {
  return page.locator("tr[data-playback]").filter({ has: page.locator(`.name:text-is("${client}")`) });
}
