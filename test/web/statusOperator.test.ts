import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { Secret } from "../../src/base/secret.ts";
import type { RunningServer } from "../../src/main.ts";
import { until } from "../e2e/deadline.ts";
import { askJson } from "../e2e/web.ts";
import { openWatched, rowOf } from "./statusPage.testing.ts";

const TOKEN = "operator's-token-of-this-test";

async function priorityOf(server: RunningServer, client: string): Promise<number | undefined> {
  type List = { playbacks: { client: string; priority: number }[] };
  const { playbacks } = (await askJson(server, "/playbacks")) as List;
  return playbacks.find((each) => each.client === client)?.priority;
}

/** Lets what changes something reach the server as it would from another machine: under another name. */
async function fromElsewhere(page: Page, server: RunningServer): Promise<void> {
  await page.route(/\/playbacks\/p-/, async (route) => {
    const asked = route.request();
    const { pathname } = new URL(asked.url());
    const { authorization = "", "content-type": type = "" } = asked.headers();
    const headers = {
      host: "mutoscope.example",
      ...(authorization === "" ? {} : { authorization }),
      ...(type === "" ? {} : { "content-type": type }),
    };
    const sent = request({ port: server.http?.port, path: pathname, method: asked.method(), headers });
    sent.end(asked.postData() ?? undefined);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const contentType = answer.headers["content-type"];
    const body = await text(answer);
    await route.fulfill({
      status: answer.statusCode ?? 0,
      body,
      ...(contentType === undefined ? {} : { contentType }),
    });
  });
}

const said = (page: Page) => page.locator(".said");

describe("an operator at the status page", () => {
  it("changes a priority by steps, and sees what the server made of it", async (test) => {
    const { server, page } = await openWatched(test);
    const better = rowOf(page, "dailies").getByRole("button", { name: "A better priority for dailies, sw" });
    await better.click();
    await better.click();
    await said(page).getByText("sw of dailies has priority 1 now.").waitFor();
    assert.equal(await priorityOf(server, "dailies"), 1);
    const field = rowOf(page, "dailies").getByRole("spinbutton");
    assert.equal(await field.inputValue(), "1");
    await field.fill("77");
    await field.press("Enter");
    await until(async () => (await priorityOf(server, "dailies")) === 77, "another priority");
    await said(page).getByText("priority 77 now").waitFor();
  });

  // What slips from a finger must not be what a review is watching.
  it("leaves it with Escape, and never wishes for what there is not", async (test) => {
    const { server, page } = await openWatched(test);
    const field = rowOf(page, "dailies").getByRole("spinbutton");
    await field.fill("9");
    await field.press("Escape");
    assert.equal(await field.inputValue(), "3");
    await field.fill("999");
    await field.press("Enter");
    await until(async () => (await priorityOf(server, "dailies")) === 255, "the worst priority");
  });

  it("sees what somebody else changed", async (test) => {
    const { server, page } = await openWatched(test);
    type List = { playbacks: { id: string; client: string }[] };
    const { playbacks } = (await askJson(server, "/playbacks")) as List;
    const { id } = playbacks.find(({ client }) => client === "annie") ?? assert.fail();
    const body = JSON.stringify({ priority: 42 });
    const headers = { "content-type": "application/json" };
    await askJson(server, `/playbacks/${id}`, { method: "PATCH", body, headers });
    await until(async () => (await rowOf(page, "annie").getByRole("spinbutton").inputValue()) === "42", "42");
  });

  it("is asked once before a playback ends, and finds it among those that ended", async (test) => {
    const { server, page } = await openWatched(test);
    const row = rowOf(page, "dailies");
    await row.getByRole("button", { name: "End sw of dailies" }).click();
    await row.getByRole("button", { name: "No, let it play" }).click();
    assert.equal(await priorityOf(server, "dailies"), 3);
    await row.getByRole("button", { name: "End sw of dailies" }).click();
    await row.getByRole("button", { name: "Yes, end sw of dailies" }).click();
    await said(page).getByText("sw of dailies has been ended.").waitFor();
    await row.waitFor({ state: "detached" });
    assert.equal(await priorityOf(server, "dailies"), undefined);
    await page.locator(".ended tbody tr").getByText("dailies").waitFor();
  });
});

describe("somebody at the status page on another machine", () => {
  it("is told why not, and is an operator with the token, which is typed once", async (test) => {
    const settings = { operatorToken: new Secret(TOKEN) };
    const { server, page } = await openWatched(test, fromElsewhere, settings);
    const worse = rowOf(page, "dailies").getByRole("button", { name: "A worse priority for dailies, sw" });
    await worse.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("only operators may change or end what others watch").waitFor();
    assert.equal(await priorityOf(server, "dailies"), 3);
    await dialog.getByLabel("The operator's token").fill("not-the-token-at-all");
    await dialog.getByRole("button", { name: "Go on" }).click();
    await dialog.getByText("does not know this token").waitFor();
    await dialog.getByLabel("The operator's token").fill(TOKEN);
    await dialog.getByRole("button", { name: "Go on" }).click();
    await said(page).getByText("sw of dailies has priority 4 now.").waitFor();
    assert.equal(await priorityOf(server, "dailies"), 4);
    await page.reload();
    await rowOf(page, "dailies").waitFor();
    await worse.click();
    await said(page).getByText("sw of dailies has priority 5 now.").waitFor();
    assert.equal(await dialog.count(), 0);
  });

  it("leaves it when there is no token at hand", async (test) => {
    const settings = { operatorToken: new Secret(TOKEN) };
    const { server, page } = await openWatched(test, fromElsewhere, settings);
    await rowOf(page, "annie").getByRole("button", { name: "A worse priority for annie, sw" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Leave it" }).click();
    await said(page).getByText("only operators").waitFor();
    assert.equal(await priorityOf(server, "annie"), 0);
    assert.equal(await rowOf(page, "annie").getByRole("spinbutton").inputValue(), "0");
  });

  it("is not asked for a token where the server has none", async (test) => {
    const { page } = await openWatched(test, fromElsewhere);
    await rowOf(page, "annie").getByRole("button", { name: "A worse priority for annie, sw" }).click();
    await said(page).getByText("on its own machine only").waitFor();
    assert.equal(await page.getByRole("dialog").count(), 0);
  });
});
