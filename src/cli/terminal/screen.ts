import type { Cells } from "./halfBlocks.ts";

/** What of a terminal's output is used. */
export type Output = Pick<NodeJS.WriteStream, "columns" | "rows" | "writableNeedDrain"> & {
  write(text: string): boolean;
  once(event: "drain", listener: () => void): unknown;
};

const CSI = "\u001B[";
/** Another screen than that of the shell, which is back afterwards as it was; and no cursor. */
const ENTER = `${CSI}?1049h${CSI}?25l${CSI}2J`;
const LEAVE = `${CSI}0m${CSI}?25h${CSI}?1049l`;
/** Terminals that know it show everything between at once; others ignore it. */
const BEGIN = `${CSI}?2026h${CSI}H`;
const END = `${CSI}?2026l`;
const CLEAR_LINE = `${CSI}K`;
const CLEAR_BELOW = `${CSI}J`;

const USUAL: Cells = { columns: 80, rows: 24 };

/** Shows a picture and a line below it, in a terminal. */
export class Screen {
  readonly #output: Output;
  #isOpen = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Room for the picture: all but the status line. */
  get room(): Cells {
    const { columns, rows } = this.#output;
    return { columns: columns || USUAL.columns, rows: Math.max((rows || USUAL.rows) - 1, 1) };
  }

  open(): void {
    this.#isOpen = true;
    this.#output.write(ENTER);
  }

  show(picture: readonly string[], status: string): void {
    if (!this.#isOpen) return;
    const lines = picture.map((line) => `${line}${CLEAR_LINE}\r\n`).join("");
    this.#output.write(`${BEGIN}${lines}${status}${CLEAR_LINE}${CLEAR_BELOW}${END}`);
  }

  /** Resolves when the terminal has taken what it was shown: no faster than it reads are frames taken. */
  async ready(): Promise<void> {
    if (!this.#output.writableNeedDrain) return;
    await new Promise<void>((resolve) => void this.#output.once("drain", resolve));
  }

  /** Gives the terminal back as it was. May be called twice. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.write(LEAVE);
  }
}
