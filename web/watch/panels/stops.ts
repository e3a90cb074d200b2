/** The exposure that a slider reaches, in stops, in both directions. */
export const MOST_STOPS = 6;

/** Slider steps, in stops. */
export const STOP_STEP = 0.1;

/** `+1.5 stops`, `0 stops` */
export function stopsText(exposure: number): string {
  const value = Math.round(exposure * 10) / 10;
  const sign = value > 0 ? "+" : value < 0 ? "−" : "";
  return `${sign}${Math.abs(value)} ${Math.abs(value) === 1 ? "stop" : "stops"}`;
}

/** What a slider means: nothing at all in the middle. */
export function readStops(text: string): number | undefined {
  const value = Math.round(Number(text) * 10) / 10;
  return Number.isFinite(value) && value !== 0 ? value : undefined;
}
