/** In pixels. Few of them, so that viewers whose windows differ a little share what the server makes. */
const STEPS = [160, 240, 320, 480, 640, 960, 1280, 1920, 2560, 3840, 5120, 7680];

/**
 * The width to ask for, in pixels: the next step from what is shown on. Undefined is the movie's own width:
 * it is no
 * larger, or nothing is known yet.
 * @param shown in the display's pixels
 */
export function widthFor(shown: number, own: number | undefined): number | undefined {
  const width = STEPS.find((step) => step >= Math.floor(shown));
  if (width === undefined || (own !== undefined && width >= own)) return undefined;
  return width;
}
