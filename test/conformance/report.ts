import { styleText } from "node:util";
import type { Result } from "./run.ts";

/** Writes results for people, grouped by topic. */
export class Report {
  readonly #write: (text: string) => void;
  readonly #colours: boolean;
  #topic = "";

  constructor(write: (text: string) => void, { colours }: { readonly colours: boolean }) {
    this.#write = write;
    this.#colours = colours;
  }

  add(result: Result): void {
    if (result.topic !== this.#topic) {
      this.#topic = result.topic;
      this.#write(`\n${this.#paint("bold", result.topic)}\n`);
    }
    this.#write(`  ${this.#mark(result)} ${result.section.padEnd(4)}${result.title}\n`);
    if (result.verdict === "not judged") this.#write(`${INDENT}${this.#paint("dim", result.reason)}\n`);
    if (result.verdict !== "broken") return;
    const evidence = [
      ["sent    ", result.sent],
      ["expected", result.expected],
      ["came    ", result.came],
    ] as const;
    for (const [name, text] of evidence) {
      if (text !== "") this.#write(`${INDENT}${this.#paint("dim", name)} ${text}\n`);
    }
  }

  end(results: readonly Result[]): void {
    const { hold, broken, notJudged } = count(results);
    const rest = notJudged === 0 ? "" : `, ${notJudged} not judged`;
    const summary = `${hold} hold, ${broken} do not${rest}`;
    this.#write(`\n${this.#paint(broken === 0 ? "green" : "red", summary)}\n`);
  }

  #mark({ verdict }: Result): string {
    if (verdict === "holds") return this.#paint("green", "holds     ");
    return verdict === "broken" ? this.#paint("red", "DOES NOT  ") : this.#paint("yellow", "not judged");
  }

  #paint(style: Parameters<typeof styleText>[0], text: string): string {
    return this.#colours ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** Behind the mark and the section number. */
const INDENT = " ".repeat(17);

export function count(results: readonly Result[]): { hold: number; broken: number; notJudged: number } {
  const of = (verdict: Result["verdict"]): number =>
    results.filter((result) => result.verdict === verdict).length;
  return { hold: of("holds"), broken: of("broken"), notJudged: of("not judged") };
}
