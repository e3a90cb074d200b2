import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import type { RunningServer } from "../../src/main.ts";
import { openPage } from "../e2e/browser.ts";
import { urlOf } from "../e2e/web.ts";

export type LibraryOptions = {
  /** Of the page's address. */
  readonly query?: string;
  readonly width?: number;
  readonly height?: number;
  /** Called before the page is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>;
};

/** Opens the library page. The test fails when the page breaks, breaks its policy, or asks another server. */
export async function openLibrary(
  test: TestContext,
  server: RunningServer,
  { query = "", width = 1440, height = 900, prepare }: LibraryOptions = {},
): Promise<Page> {
  const page = await openPage(test);
  const origin = urlOf(server, "");
  const wrong: string[] = [];
  page.on("pageerror", (error) => void wrong.push(error.stack ?? error.message));
  page.on("console", (message) => {
    // A server that is gone, and a frame that cannot be shown, are the browser's to complain of.
    const isExpected = /net::ERR_|status of (404|500|503)/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isExpected) wrong.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("blob:"))
      wrong.push(request.url());
  });
  test.after(() => assert.deepEqual(wrong, []));
  await page.setViewportSize({ width, height });
  await prepare?.(page);
  await page.goto(`${origin}/${query}`);
  await page.locator("mutoscope-movie-card .name, .empty").first().waitFor();
  return page;
}

/** A card, as it is seen and heard. */
export type ShownCard = {
  readonly name: string;
  readonly facts: string;
  readonly link: string;
  readonly label: string;
  /** Red marks of its strip: their edges in parts of the movie, as `0.25–0.50`. */
  readonly marks: readonly string[];
  readonly hasPicture: boolean;
  /** What stands in the picture's place. */
  readonly instead: string;
};

/** The cards that are there, in the order of the list. */
export function readCards(page: Page): Promise<ShownCard[]> {
  return page.evaluate<ShownCard[]>(`(() => {
    const root = document.querySelector("mutoscope-library-page")?.shadowRoot;
    const all = [...(root ?? document).querySelectorAll("mutoscope-movie-card")];
    const cards = all.filter((each) => each.movie !== undefined);
    cards.sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index));
    const text = (card, selector) =>
      (card.shadowRoot.querySelector(selector)?.textContent ?? "").replaceAll(/\\s+/g, " ").trim();
    const edge = (value) => (Number.parseFloat(value) / 100).toFixed(2);
    return cards.map((card) => ({
      name: text(card, ".name"),
      facts: text(card, ".facts"),
      link: card.shadowRoot.querySelector("a").getAttribute("href"),
      label: text(card, "a > .hidden"),
      marks: [...card.shadowRoot.querySelectorAll(".strip i")].map(({ style: { left, width } }) =>
        edge(left) + "–" + (Number(edge(left)) + Number(edge(width))).toFixed(2)),
      hasPicture: (card.shadowRoot.querySelector("img")?.naturalWidth ?? 0) > 0,
      instead: text(card, ".picture p"),
    }));
  })()`);
}

/** The cards' names, in order. */
export async function namesOf(page: Page): Promise<string[]> {
  return (await readCards(page)).map(({ name }) => name);
}

const FOCUSED = `
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const card = element?.getRootNode().host;
`;

/** The movie whose card has the focus, and what of it has. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    ${FOCUSED}
    return card?.movie === undefined ? element?.localName : card.movie.name + " " + element.localName;
  })()`);
}

/** Where the card that has the focus begins, in pixels from the window's top. */
export function topOfFocused(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    ${FOCUSED}
    return card.getBoundingClientRect().top;
  })()`);
}
