/** What ffmpeg said was wrong: how many lines, and the first and the last few of them. */
export type Complaints = { readonly count: number; readonly first: string; readonly last: string };

const NO_COMPLAINTS: Complaints = { count: 0, first: "", last: "" };

/** Longer than any sentence of ffmpeg with a path in it. */
const LINE_LIMIT = 400;

// ffmpeg's own repetition count and its closing words add nothing to what stands before them.
const EMPTY_WORDS = /^(?:last message repeated|conversion failed!|exiting normally)/i;
const ADDRESS = /^\[[^\]]* @ 0x[0-9a-f]+\] */;

/** Collects lines as they come, and keeps only what will be shown. */
export class ComplaintLog {
  #unfinished = "";
  #complaints = NO_COMPLAINTS;

  add(text: string): void {
    const lines = (this.#unfinished + text).split(/[\r\n]+/);
    this.#unfinished = (lines.pop() ?? "").slice(0, LINE_LIMIT);
    for (const line of lines) this.#note(line);
  }

  /** All that was said until now. */
  read(): Complaints {
    this.#note(this.#unfinished);
    this.#unfinished = "";
    return this.#complaints;
  }

  #note(line: string): void {
    const words = line.replace(ADDRESS, "").trim().slice(0, LINE_LIMIT);
    if (words === "" || EMPTY_WORDS.test(words)) return;
    const { count, first } = this.#complaints;
    this.#complaints = { count: count + 1, first: count === 0 ? words : first, last: words };
  }
}

/** One or two of a program's lines: the first, which says where, and the last, which says why it gave up. */
export function brief(text: string): string {
  const log = new ComplaintLog();
  log.add(text);
  return firstAndLast(log.read());
}

export function firstAndLast({ first, last }: Complaints): string {
  return first === last ? first : `${first}; ${last}`;
}
