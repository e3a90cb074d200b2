/**
 * What the lines of a trace say: a viewer's connection and its end (`come`, `lost`, `close`), its epochs
 * (`play`, `end`), a start or seek that is not admitted (`refuse`), a message that leaves (`start`), a
 * hand-over (`send`), the client set aside and back (`wait`, `drain`), a message's last byte at its client
 * (`arrive`), messages given up as late (`skip`).
 */
export type TraceEvent =
  | "come"
  | "play"
  | "refuse"
  | "start"
  | "send"
  | "wait"
  | "drain"
  | "arrive"
  | "skip"
  | "end"
  | "lost"
  | "close";

/** One line, with its line feed. */
export type WriteLine = (line: string) => void;

/** What a line says besides its time, its event and its viewer. */
export type TraceDetail = {
  readonly epoch?: number;
  readonly message?: number;
  readonly bytes?: number;
};

const DECIMALS = 6;

/** `time event viewer epoch.message bytes`: milliseconds since the beginning; `-` for what does not apply. */
export function traceLine(
  ms: number,
  event: TraceEvent,
  viewer: number,
  { epoch, message, bytes }: TraceDetail,
): string {
  const which = epoch === undefined ? "-" : message === undefined ? `${epoch}` : `${epoch}.${message}`;
  return `${ms.toFixed(DECIMALS)} ${event} ${viewer} ${which} ${bytes ?? "-"}\n`;
}
