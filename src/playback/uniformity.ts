import { fault, type Fault } from "../base/errors.ts";
import type { PictureShape } from "../base/rendition.ts";
import type { FrameNumber } from "../base/units.ts";

/** Holds all frames of an epoch to the shape of the first, for protocols that state it once. */
export class Uniformity {
  #shape: PictureShape | undefined;

  /** @returns what is wrong with a frame of this shape, if it is another than the first one had */
  breach(number: FrameNumber, shape: PictureShape): Fault | undefined {
    this.#shape ??= shape;
    const { format, width, height } = this.#shape;
    if (shape.format === format && shape.width === width && shape.height === height) return undefined;
    const found = `found frame ${number} with ${told(shape)}`;
    return fault("FRAME_UNSUPPORTED", `${found}, expected ${told(this.#shape)} as the first frame has`);
  }
}

function told({ format, width, height }: PictureShape): string {
  return `${width}×${height} pixels${format === "luma" || format === "pgm" ? " of grey" : ""}`;
}
