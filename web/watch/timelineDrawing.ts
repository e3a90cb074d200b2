import { type Scale, partOf, ticksOf } from "./timelineScale.ts";

type Run = readonly [first: number, last: number];

/** What a timeline shows. */
export type Drawn = {
  readonly scale: Scale;
  /** The frame that is shown; NaN before there is one. */
  readonly frame: number;
  /** Whether another stands in for it. */
  readonly isHeld: boolean;
  /** Frames without a file. */
  readonly holes: readonly Run[];
  /** Frames that are at hand. */
  readonly cached: readonly Run[];
  /** Frames that another was shown for. */
  readonly held: readonly Run[];
  /** What lies behind it has not been made yet. */
  readonly newest: number;
  /** The part that is played. */
  readonly part: Run | undefined;
  /** The frame under the pointer. */
  readonly hover: number | undefined;
  /** The page's colours by their names. */
  readonly colours: (name: string) => string;
};

/** From above: marks and numbers, the line with its holes, what is at hand. In CSS pixels. */
const RULER = 18;
const BAR = { top: 20, height: 14 };
const CACHE = { top: 37, height: 4 };
/** What is one of very many frames must be seen. */
const NARROWEST = 2;

export function drawTimeline(context: CanvasRenderingContext2D, drawn: Drawn): void {
  const { scale, colours } = drawn;
  context.clearRect(0, 0, scale.width, 64);
  const fill = (run: Run, { top, height }: typeof BAR, colour: string): void => {
    const { x } = partOf(run[0], scale);
    const end = partOf(run[1], scale);
    context.fillStyle = colours(colour);
    context.fillRect(x, top, Math.max(NARROWEST, end.x + end.width - x), height);
  };
  fill([scale.first, scale.last], BAR, "raised");
  fill(drawn.part ?? [scale.first, Math.min(drawn.newest || scale.last, scale.last)], BAR, "line");
  if (drawn.newest < scale.last) fill([drawn.newest + 1, scale.last], BAR, "raised");
  for (const hole of drawn.holes) fill(hole, BAR, "missing");
  for (const run of drawn.held) fill(run, BAR, "late");
  for (const run of drawn.cached) fill(run, CACHE, "cached");
  drawRuler(context, drawn);
  drawPart(context, drawn);
  if (drawn.hover !== undefined) drawHand(context, drawn.hover, drawn, "quiet");
  if (!Number.isNaN(drawn.frame)) drawHand(context, drawn.frame, drawn, drawn.isHeld ? "late" : "accent");
}

function drawRuler(context: CanvasRenderingContext2D, { scale, colours }: Drawn): void {
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "top";
  for (const { frame, isNamed } of ticksOf(scale)) {
    const { x, width } = partOf(frame, scale);
    const place = Math.round(x + width / 2);
    context.fillStyle = colours(isNamed ? "quiet" : "line");
    context.fillRect(place, RULER - (isNamed ? 5 : 3), 1, isNamed ? 5 : 3);
    if (!isNamed) continue;
    const text = String(frame);
    const half = context.measureText(text).width / 2;
    // The outer numbers stay on the line.
    context.fillText(text, Math.min(Math.max(place - half, 0), scale.width - 2 * half), 1);
  }
}

/** Brackets at the ends of the part that is played. */
function drawPart(context: CanvasRenderingContext2D, { scale, part, colours }: Drawn): void {
  if (part === undefined) return;
  const begin = partOf(part[0], scale).x;
  const end = partOf(part[1], scale);
  context.fillStyle = colours("text");
  const { top, height } = BAR;
  for (const [x, inwards] of [
    [begin, 1],
    [end.x + end.width, -1],
  ] as const) {
    context.fillRect(x - (inwards === 1 ? 0 : 2), top - 2, 2, height + 4);
    context.fillRect(inwards === 1 ? x : x - 6, top - 2, 6, 2);
    context.fillRect(inwards === 1 ? x : x - 6, top + height, 6, 2);
  }
}

function drawHand(context: CanvasRenderingContext2D, frame: number, drawn: Drawn, colour: string): void {
  const { x, width } = partOf(frame, drawn.scale);
  context.fillStyle = drawn.colours(colour);
  const seen = Math.max(NARROWEST, Math.min(width, 6));
  context.fillRect(x + (width - seen) / 2, RULER - 4, seen, 28);
}
