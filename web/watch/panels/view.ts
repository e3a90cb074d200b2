import type { RenditionWish } from "../../element/define.ts";

/** What somebody has chosen to see, and a link can have. What is undefined is as it usually is. */
export type ViewChange = Partial<
  Pick<RenditionWish, "levels" | "exposure" | "format" | "quality"> & {
    readonly contract: "paced" | "all" | "latest";
    readonly priority: number;
  }
>;

/** Tells the page: `viewchange`. */
export function tellView(element: HTMLElement, detail: ViewChange): void {
  element.dispatchEvent(new CustomEvent("viewchange", { detail, bubbles: true, composed: true }));
}
