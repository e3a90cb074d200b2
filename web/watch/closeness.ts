import type { RenditionWish } from "../element/define.ts";

/** What pictures have to be when somebody looks closely, over what was chosen. */
export class Closeness {
  #isSharp = false;
  /** What is asked for when nobody looks at single pixels. */
  #format: RenditionWish["format"];

  /** The rendition as it was chosen, whoever looks how closely now. */
  chosen(rendition: RenditionWish): RenditionWish {
    const isOurs = this.#isSharp && rendition.format === "png";
    return isOurs ? { ...rendition, format: this.#format } : rendition;
  }

  /** @returns the same rendition when nothing of it has to change */
  applied(rendition: RenditionWish, isZoomed: boolean, isSharp: boolean): RenditionWish {
    // What was chosen meanwhile counts afterwards.
    if (!this.#isSharp || rendition.format !== "png") this.#format = rendition.format;
    this.#isSharp = isSharp;
    const width = isZoomed ? "own" : "auto";
    const format = isSharp ? "png" : this.#format;
    if (rendition.width === width && rendition.format === format) return rendition;
    return { ...rendition, width, format };
  }
}
