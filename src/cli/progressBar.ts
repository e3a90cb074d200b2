/** How far a command is. */
export type Progress = {
  readonly frames: number;
  readonly total: number | undefined;
  readonly seconds: number;
};

const BAR = 24;

/**
 * One line: bar, per cent, frames done of all, frames per second, time left. Without a total, only what is
 * known.
 */
export function progressLine({ frames, total, seconds }: Progress): string {
  const perSecond = seconds > 0 ? frames / seconds : 0;
  const speed = `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} frames/s`;
  if (total === undefined || total === 0) return `${frames} frames  ${speed}`;
  const share = Math.min(frames / total, 1);
  const bar = "█".repeat(Math.round(share * BAR)).padEnd(BAR, "░");
  const left = perSecond > 0 ? `  ${duration(Math.max(total - frames, 0) / perSecond)} left` : "";
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `${bar} ${percent} %  ${frames}/${total} frames  ${speed}${left}`;
}

/** `7 s`, `3:07`, `2:03:07`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** Keeps one line of a terminal up to date. On what is no terminal it writes nothing. */
export class ProgressBar {
  readonly #terminal: NodeJS.WriteStream | undefined;
  readonly #started = performance.now();

  constructor(output: NodeJS.WriteStream) {
    this.#terminal = output.isTTY ? output : undefined;
  }

  show(frames: number, total: number | undefined): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const line = progressLine({ frames, total, seconds });
    // A line that wraps could not be written over.
    this.#terminal?.write(`\r\u001B[K${line.slice(0, (this.#terminal.columns || 80) - 1)}`);
  }

  /** Takes the line away. May be called twice. */
  clear(): void {
    this.#terminal?.write("\r\u001B[K");
  }
}
