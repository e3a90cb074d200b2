import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Page } from "playwright-core";
import type { RunningServer } from "../../src/main.ts";
import { until } from "../e2e/deadline.ts";
import { Viewer } from "../e2e/viewer.ts";
import { askJson } from "../e2e/web.ts";
import { faultsOf } from "./axe.testing.ts";
import { Answers, expectedOf, says } from "./statusNumbers.testing.ts";
import { openStatus, openWatched, readNumbers, readRows, rowOf, serveTight } from "./statusPage.testing.ts";

type Listed = { id: string; client: string; movie: string; priority: number; [field: string]: unknown };

function milliseconds(ms?: number): string {
  if (ms === undefined) return "–";
  return Number(ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : 2)).toLocaleString("en");
}

function latenessOf({ lateness }: Listed): Record<string, string> {
  const { median, worst } = (lateness ?? {}) as { median?: number; worst?: number };
  return { "lateness.median": milliseconds(median), "lateness.worst": milliseconds(worst) };
}

function count(value: unknown): string {
  return Number(value).toLocaleString("en");
}

/** As it is shown in the table, of what `/playbacks` says. */
function fieldsOf(playback: Listed): Record<string, string> {
  const { frame, delivered, sent, skipped, missing, substituted, seconds } = playback;
  return {
    frame: frame === null ? "–" : Number(frame).toFixed(),
    delivered: Number(delivered).toFixed(1),
    sent: count(sent),
    skipped: count(skipped),
    missing: count(missing),
    substituted: count(substituted),
    seconds: `0:${String(Math.floor(Number(seconds))).padStart(2, "0")}`,
    movie: playback.movie,
    link: `/watch/${playback.movie}`,
    name: playback.client === "" ? String(playback["address"]) : playback.client,
    ...latenessOf(playback),
    priority: String(playback.priority),
  };
}

/** A thousand playbacks, as a server with as many viewers lists them. */
function crowd(template: Listed): Listed[] {
  return Array.from({ length: 1000 }, (_, index) => ({
    ...template,
    id: `p-${index}-aaaaaaaa`,
    client: `viewer ${index}`,
    priority: index % 256,
    sent: index,
  }));
}

async function showCrowd(page: Page, server: RunningServer): Promise<void> {
  const { playbacks } = (await askJson(server, "/playbacks")) as { playbacks: Listed[] };
  const all = crowd(playbacks[0] ?? assert.fail("nobody plays"));
  const body = { total: all.length, offset: 0, limit: 1000, playbacks: all };
  await page.route("**/playbacks?*", (route) => route.fulfill({ json: body }));
}

/** Which of the server's answers the page shows. */
async function answerOf(page: Page): Promise<number> {
  return Number(await page.locator("mutoscope-status-page").getAttribute("data-answer"));
}

describe("the status page", () => {
  // Two that do not agree are both useless: an operator must be able to trust what he decides by.
  it("shows every number as the metric has it that it names", async (test) => {
    const answers = new Answers();
    const { page } = await openWatched(test, (opened, { metrics }) =>
      opened.route("**/metrics", async (route) => {
        const [text, values] = await Promise.all([metrics.text(), metrics.values()]);
        answers.add(text);
        await route.fulfill({ json: values });
      }),
    );
    await until(() => answers.count >= 5, "five answers", 20_000);
    const { answer, numbers } = await readNumbers(page);
    const wrong = numbers
      .map((shown) => ({ ...shown, expected: expectedOf(shown, answers, answer) }))
      .filter(({ text, expected }) => !says(text, expected));
    assert.deepEqual(wrong, []);
    assert.ok(numbers.length > 40, `${numbers.length} numbers`);
    for (const how of ["now", "all", "rate", "share", "mean", "p99"])
      assert.ok(
        numbers.some((shown) => shown.how === how && /[1-9]/.test(shown.text)),
        `no ${how} but 0`,
      );
  });

  // The same of each viewer: what the table says is what the server lists.
  it("shows of each playback what the server says of it", async (test) => {
    let latest: readonly Listed[] = [];
    const { page } = await openWatched(test, (opened) =>
      opened.route("**/playbacks?*", async (route) => {
        const response = await route.fetch();
        const { playbacks } = (await response.json()) as { playbacks: Listed[] };
        await route.fulfill({ response });
        latest = playbacks;
      }),
    );
    let rows: Record<string, Record<string, string>> = {};
    const isSame = async (): Promise<boolean> => {
      rows = await readRows(page);
      return latest.every((playback) => {
        const expected = fieldsOf(playback);
        const shown = rows[playback.id] ?? {};
        return Object.keys(expected).every((key) => shown[key] === expected[key]);
      });
    };
    await until(isSame, "the same numbers", 20_000).catch(() =>
      assert.deepEqual(rows, Object.fromEntries(latest.map((each) => [each.id, fieldsOf(each)]))),
    );
    assert.equal(Object.keys(rows).length, 5);
    const words = (await page.locator("tr[data-playback] small").allTextContents()).join("; ");
    assert.match(words, /\b(budget|turn|better|making) \d+ %/);
  });

  // What a viewer loses has a reason, and an operator can do something about it only when he knows it.
  it("says in words, by priority, what was waited for", async (test) => {
    const { page } = await openWatched(test);
    const lines = page.locator("table.time tbody tr");
    await until(async () => (await lines.count()) >= 3, "three priorities");
    const words = await lines.allInnerTexts();
    assert.ok(
      words.some((each) => /for the budget/.test(each)),
      words.join("\n"),
    );
    assert.ok(words.some((each) => /for playbacks of a better priority|were sent nothing/.test(each)));
  });

  it("shows the budget that egress is measured by, and says what it means to have none", async (test) => {
    const { page } = await openWatched(test);
    const chart = page.locator("mutoscope-status-chart.egress table");
    await chart.locator("tr").first().waitFor();
    assert.match(await chart.innerText(), /budget\s+16 Mbit\/s/);
    const free = await serveTight(test, { egress: "none" });
    const other = await openStatus(test, free);
    await other.locator("mutoscope-status-chart.egress p").getByText("No budget is set").waitFor();
  });
});

describe("the table of playbacks", () => {
  // A page that is left alone must know of everybody who comes and goes.
  it("has what comes and goes at once, and the receipts of those that went", async (test) => {
    const server = await serveTight(test);
    const page = await openStatus(test, server);
    await page.getByText("Nobody is watching.").waitFor();
    assert.match(
      await page.locator(".nobody").innerText(),
      /ffplay http:\/\/127\.0\.0\.1:\d+\/movies\/sw\.mjpeg/,
    );
    const viewer = await Viewer.open(test, server.classic?.port ?? assert.fail());
    viewer.send("annie:3:start_movie:sw,0,200\n");
    await rowOf(page, "annie").waitFor();
    const receipt = page.locator(".ended tbody tr");
    await receipt.waitFor();
    assert.match(await receipt.innerText(), /annie\s+sw\s.*came to its end\s+1 to 100\s+100\s+0\s+0\s+0/s);
    await page.getByText("Nobody is watching.").waitFor();
  });

  it("is sorted by what is clicked, and shows those that are looked for", async (test) => {
    const { page } = await openWatched(test);
    const names = (): Promise<string[]> => page.locator("tr[data-playback] .name").allTextContents();
    assert.equal((await names())[0], "annie");
    await page.getByRole("button", { name: "Priority", exact: true }).click();
    assert.equal((await names())[0], "free");
    const head = page.locator("thead th[aria-sort=descending]");
    assert.equal((await head.innerText()).trim(), "Priority ▾");
    await page.getByPlaceholder("Client, address or movie").fill("dail");
    await until(async () => isDeepStrictEqual(await names(), ["dailies"]), "one row");
    assert.equal(await page.locator(".shown").innerText(), "1 of 5");
    await page.getByPlaceholder("Client, address or movie").fill("");
    await page.getByLabel("Show priority").selectOption("200");
    await until(async () => isDeepStrictEqual(await names(), ["free"]), "one priority");
  });

  // A festival's server has as many viewers, and its page must not be what slows it down.
  it("has only the rows in sight of a thousand, and says how many there are", async (test) => {
    const { page } = await openWatched(test, showCrowd);
    await page.getByText("1,000 playbacks").waitFor();
    const rows = page.locator("tr[data-playback]");
    assert.ok((await rows.count()) < 60, `${await rows.count()} rows`);
    assert.equal(await page.locator("mutoscope-playback-table table").getAttribute("aria-rowcount"), "1001");
    await page.getByRole("region", { name: "Table of playbacks" }).focus();
    await page.keyboard.press("End");
    await page.locator('tr[aria-rowindex="1001"]').waitFor();
    assert.equal(await page.locator('tr[aria-rowindex="1001"] .name').innerText(), "viewer 767");
    const head = await page.locator("mutoscope-playback-table thead th").first().boundingBox();
    const room = await page.locator(".scroll").boundingBox();
    assert.ok(Math.abs((head?.y ?? 0) - (room?.y ?? 99)) < 3, "the head is out of sight");
  });

  // A row that jumps from under the pointer has somebody else's playback ended.
  it("stands still while somebody points at it", async (test) => {
    const { page } = await openWatched(test);
    const names = (): Promise<string[]> => page.locator("tr[data-playback] .name").allTextContents();
    await page.getByRole("button", { name: "Sent", exact: true }).click();
    await rowOf(page, "dailies").hover();
    const before = await names();
    const answered = await answerOf(page);
    await until(async () => (await answerOf(page)) > answered + 2, "three answers");
    assert.deepEqual(await names(), before);
  });
});

describe("the status page without its server", () => {
  // The last numbers before a crash are what one wants to see after it.
  it("keeps the last numbers, says that they are old, and goes on when it is back", async (test) => {
    const { server, page } = await openWatched(test);
    const port = server.http?.port ?? assert.fail();
    await until(async () => (await answerOf(page)) > 1, "two answers");
    server.destroy();
    await server.close();
    await page.getByText("The server does not answer.").waitFor();
    const host = page.locator("mutoscope-status-page");
    assert.notEqual(await host.getAttribute("stale"), null);
    assert.ok((await readNumbers(page)).numbers.some(({ text }) => /Mbit\/s/.test(text)));
    await serveTight(test, { http: port });
    await page.getByText("Nobody is watching.").waitFor();
    await until(async () => (await host.getAttribute("stale")) === null, "live numbers");
    const { numbers } = await readNumbers(page);
    assert.ok(
      numbers.every(({ text }) => !text.startsWith("-")),
      "a rate below 0",
    );
  });

  it("says that counts are not to be had, and shows who watches all the same", async (test) => {
    const problem = { status: 503, code: "SERVER_CLOSING", detail: "the server is shutting down" };
    const { page } = await openWatched(test, (opened) =>
      opened.route("**/metrics", (route) => route.fulfill({ status: 503, json: problem })),
    );
    await page.getByText("counts are not to be had").first().waitFor();
    assert.match(await page.locator("main").innerText(), /\/metrics: 503, the server is shutting down/);
    await rowOf(page, "annie").waitFor();
  });

  // A tab that nobody looks at must cost the server nothing, and tell no lies when it is looked at again.
  it("asks nothing while it is hidden, and shows no rate over the time that it was", async (test) => {
    let asked = 0;
    const { page } = await openWatched(test, async (opened) => {
      opened.on("request", () => (asked += 1));
    });
    const turn = (hidden: boolean): Promise<unknown> =>
      page.evaluate(`Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));`);
    const host = page.locator("mutoscope-status-page");
    await until(async () => Number(await host.getAttribute("data-before")) >= 1, "a rate");
    await turn(true);
    const before = asked;
    await page.waitForTimeout(6000);
    assert.equal(asked, before);
    const answered = await answerOf(page);
    await turn(false);
    await until(async () => (await answerOf(page)) === answered + 1, "an answer");
    assert.equal(await host.getAttribute("data-before"), "0");
    await until(async () => Number(await host.getAttribute("data-before")) > answered, "a rate again");
  });
});

describe("the status page for everybody", () => {
  it("has no fault that axe finds, dark and light, wide and narrow", async (test) => {
    const { page } = await openWatched(test);
    for (const colorScheme of ["dark", "light"] as const)
      for (const [width, height] of [
        [1440, 900],
        [390, 844],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        assert.deepEqual(await faultsOf(page), [], `${colorScheme} ${width}`);
      }
    const empty = await openStatus(test, await serveTight(test));
    await empty.getByText("Nobody is watching.").waitFor();
    assert.deepEqual(await faultsOf(empty), []);
  });

  // On a phone the table is wider than the screen, and the page must not be.
  it("fits a phone: only the table scrolls sideways, and the clients stay in sight", async (test) => {
    const { page } = await openWatched(test);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
    const room = page.locator(".scroll");
    await room.evaluate((element) => element.scrollTo({ left: 600 }));
    const name = await rowOf(page, "annie").locator("th").boundingBox();
    assert.ok((name?.x ?? -1) >= 0 && (name?.x ?? 99) < 20, `${name?.x}`);
  });

  // Who does not see a chart is told what it shows.
  it("has a table of last values with each chart", async (test) => {
    const { page } = await openWatched(test);
    await page.locator("mutoscope-status-chart").last().waitFor();
    const charts = await page.locator("mutoscope-status-chart").count();
    assert.ok(charts >= 8);
    assert.equal(await page.getByRole("img", { name: /the last five minutes/ }).count(), charts);
    assert.equal(await page.getByRole("table", { name: /: last values$/ }).count(), charts);
    for (const canvas of await page.locator("mutoscope-status-chart canvas").all())
      assert.ok(((await canvas.boundingBox())?.width ?? 0) > 100);
  });
});
