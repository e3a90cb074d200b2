/** How a picture lies on its stage: moved by x and y CSS pixels, after it was scaled from the upper left. */
export type View = { readonly scale: number; readonly x: number; readonly y: number };
export type Size = { readonly width: number; readonly height: number };
export type Point = { readonly x: number; readonly y: number };

/** All of the picture, as large as the stage lets it be. */
export const FIT: View = { scale: 1, x: 0, y: 0 };

/** The largest that one pixel of a movie is shown, in CSS pixels. */
const LARGEST_PIXEL = 64;

/** From so many pixels of the display for one of the movie on, its edges are shown as they are. */
const SHARP_FROM = 2;

/** What one pixel of the picture measures in CSS pixels, where all of it fits. */
export function fitScale(stage: Size, picture: Size): number {
  if (picture.width === 0 || picture.height === 0) return 1;
  return Math.min(stage.width / picture.width, stage.height / picture.height);
}

/** Scales about a point of the stage, which shows the same afterwards. */
export function zoomed(view: View, factor: number, about: Point, stage: Size, picture: Size): View {
  const most = Math.max(1, LARGEST_PIXEL / fitScale(stage, picture));
  const scale = Math.min(Math.max(view.scale * factor, 1), most);
  const by = scale / view.scale;
  return kept({ scale, x: about.x - (about.x - view.x) * by, y: about.y - (about.y - view.y) * by }, stage);
}

export function panned(view: View, by: Point, stage: Size): View {
  return kept({ ...view, x: view.x + by.x, y: view.y + by.y }, stage);
}

/** One pixel of the movie on one of the display, about a point of the stage. */
export function oneToOne(view: View, about: Point, stage: Size, picture: Size, pixelRatio: number): View {
  const scale = 1 / (fitScale(stage, picture) * pixelRatio);
  return zoomed(view, scale / view.scale, about, stage, picture);
}

/** Whether a pixel of the movie is large enough for its edges to be seen. */
export function isSharp({ scale }: View, stage: Size, picture: Size, pixelRatio: number): boolean {
  return scale > 1 && fitScale(stage, picture) * scale * pixelRatio >= SHARP_FROM;
}

/** The pixel of the movie at a point of the stage; undefined beside the picture. */
export function pixelAt(view: View, point: Point, stage: Size, picture: Size): Point | undefined {
  const fit = fitScale(stage, picture);
  const left = (stage.width - picture.width * fit) / 2;
  const top = (stage.height - picture.height * fit) / 2;
  const x = Math.floor(((point.x - view.x) / view.scale - left) / fit);
  const y = Math.floor(((point.y - view.y) / view.scale - top) / fit);
  return x < 0 || y < 0 || x >= picture.width || y >= picture.height ? undefined : { x, y };
}

/** No edge of the picture's box comes inside of the stage. */
function kept({ scale, x, y }: View, { width, height }: Size): View {
  if (scale <= 1) return FIT;
  return {
    scale,
    x: Math.min(0, Math.max(x, width * (1 - scale))),
    y: Math.min(0, Math.max(y, height * (1 - scale))),
  };
}
