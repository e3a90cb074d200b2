import type { PixelValue } from "./pixelText.ts";
import { type Area, type Values, areaAround, contains, valueIn } from "./pixelWindow.ts";

export type { PixelValue } from "./pixelText.ts";

/** Asks the server for a window of values; undefined where there are none. */
export type AskValues = (
  place: { readonly movie: string; readonly frame: number; readonly area: Area },
  signal: AbortSignal,
) => Promise<Values | undefined>;

/** A window that has been asked for. */
type Look = {
  readonly movie: string;
  readonly frame: number;
  readonly revision: number | undefined;
  readonly area: Area;
  readonly asking: AbortController;
  readonly values: Promise<Values | undefined>;
};

/** Reads what files have in pixels, as somebody points at them. */
export class PixelReader {
  readonly #ask: AskValues;
  #look: Look | undefined;

  constructor(ask: AskValues = askValues) {
    this.#ask = ask;
  }

  /**
   * What the frame's file has in a pixel, counted from the upper left corner; undefined outside of the
   * picture, when there is no answer, and when another place was asked for meanwhile.
   * @param revision of the frame that is shown, where it is known: another one is read anew
   */
  async read(
    movie: string,
    frame: number,
    x: number,
    y: number,
    revision?: number,
  ): Promise<PixelValue | undefined> {
    if (x < 0 || y < 0 || !Number.isFinite(frame)) return undefined;
    const known = this.#look;
    const isHere =
      known?.movie === movie &&
      known.frame === frame &&
      known.revision === revision &&
      contains(known.area, x, y);
    const look = isHere ? known : this.#begin(movie, frame, revision, areaAround(x, y));
    const values = await look.values;
    if (this.#look !== look || values === undefined) return undefined;
    return valueIn(values, x, y);
  }

  /** Nobody points any more: what is under way is given up. */
  forget(): void {
    this.#look?.asking.abort();
    this.#look = undefined;
  }

  #begin(movie: string, frame: number, revision: number | undefined, area: Area): Look {
    this.forget();
    const asking = new AbortController();
    const values = this.#ask({ movie, frame, area }, asking.signal).catch(() => undefined);
    const look = { movie, frame, revision, area, asking, values };
    this.#look = look;
    void this.#check(look);
    return look;
  }

  /** What failed is asked anew, when somebody points there again. */
  async #check(look: Look): Promise<void> {
    const values = await look.values;
    if (values === undefined && this.#look === look) this.#look = undefined;
  }
}

/** Behind all who watch. */
const BEHIND_VIEWERS = 7;

async function askValues(
  { movie, frame, area }: { readonly movie: string; readonly frame: number; readonly area: Area },
  signal: AbortSignal,
): Promise<Values | undefined> {
  const { x, y, width, height } = area;
  const query = `x=${x}&y=${y}&columns=${width}&rows=${height}&missing=hold&priority=${BEHIND_VIEWERS}`;
  const path = `/movies/${encodeURIComponent(movie)}/frames/${frame}/values?${query}`;
  const response = await fetch(path, { signal });
  return response.ok ? ((await response.json()) as Values) : undefined;
}
