/** What the status line tells. */
export type Status = {
  readonly movie: string;
  readonly frame: number | undefined;
  readonly first: number | null;
  readonly last: number | null;
  /** Frames per second that are asked for; 0 while it is paused. */
  readonly fps: number;
  readonly speed: number;
  readonly priority: number | undefined;
  readonly skipped: number;
  readonly isSubstitute: boolean;
  readonly typed: string;
  /** Something that is wrong, in place of what else would be said at the end. */
  readonly notice: string | undefined;
};

/** One line of text, no longer than `columns`: the frame's own number first. */
export function statusLine(status: Status, columns: number): string {
  const { movie, frame, first, last, priority, skipped, isSubstitute, typed, notice } = status;
  const number = `${frame ?? "–"}${isSubstitute ? " (substitute)" : ""}`;
  const parts = [
    `${number} of ${first ?? "?"}–${last ?? "?"}`,
    movie,
    motion(status),
    priority === undefined ? "" : `priority ${priority}`,
    skipped > 0 ? `${skipped} skipped` : "",
    typed === "" ? "" : `go to ${typed}▏`,
    notice ?? "? keys",
  ];
  const text = parts.filter((part) => part !== "").join("  ");
  return text.slice(0, columns);
}

function motion({ speed, fps }: Status): string {
  if (speed === 0) return "paused";
  const times = Math.abs(speed) === 1 ? "" : ` ×${Math.abs(speed)}`;
  return `${speed > 0 ? "▶" : "◀"} ${round(fps)} fps${times}`;
}

function round(fps: number): string {
  return String(Math.round(fps * 100) / 100);
}
