import type { LeftOut } from "./listing.ts";
import type { Branch, MovieNews, PartProgress, Report } from "./protocol.ts";

/** News in one report: what the main thread does at once. */
const NEWS_AT_ONCE = 256;

/** Frame numbers that came or went, in one report: each may be told to every viewer of its movie. */
const FRAMES_AT_ONCE = 65_536;

/** Entries that are told of, in one report. */
const LEFT_OUT_AT_ONCE = 1024;

/** Reports that may be under way: one is taken while the next is on its way. */
const REPORTS_UNDER_WAY = 2;

/** News that may wait; more are not looked for until the main thread has taken some. */
const MOST_WAITING = 1024;

/** What a thread has to tell, in order, told no faster than it is taken. */
export class Outbox {
  readonly #post: (report: Report, memory: ArrayBuffer[]) => void;
  #news: MovieNews[] = [];
  #leftOut: LeftOut[] = [];
  #branches: Branch[] = [];
  #pruned: string[] = [];
  #unwatched: LeftOut[] = [];
  #underWay = 0;
  #told = "";

  constructor(post: (report: Report, memory: ArrayBuffer[]) => void) {
    this.#post = post;
  }

  get isFull(): boolean {
    return this.#news.length + this.#leftOut.length >= MOST_WAITING;
  }

  add(news: MovieNews): void {
    this.#news.push(news);
  }

  leaveOut(entries: readonly LeftOut[]): void {
    for (const entry of entries) this.#leftOut.push(entry);
  }

  branch(branch: Branch): void {
    this.#branches.push(branch);
  }

  prune(path: string): void {
    this.#pruned.push(path);
  }

  unwatched(entry: LeftOut): void {
    this.#unwatched.push(entry);
  }

  /** A report was taken. */
  taken(): void {
    this.#underWay--;
  }

  /** Posts what there is to tell, as far as it may. */
  flush(progress: PartProgress, isScanned: boolean): void {
    while (this.#underWay < REPORTS_UNDER_WAY) {
      const isLast = this.#news.length <= NEWS_AT_ONCE && this.#leftOut.length <= LEFT_OUT_AT_ONCE;
      const state = JSON.stringify([progress, isScanned]);
      const isNothing = isLast && this.#isEmpty() && state === this.#told;
      if (isNothing) return;
      const news = this.#takeNews();
      const report: Report = {
        news,
        leftOut: this.#leftOut.splice(0, LEFT_OUT_AT_ONCE),
        branches: this.#branches,
        pruned: this.#pruned,
        unwatched: this.#unwatched,
        progress,
        isScanned: isScanned && this.#news.length === 0 && this.#leftOut.length === 0,
      };
      [this.#branches, this.#pruned, this.#unwatched] = [[], [], []];
      if (report.isScanned === isScanned) this.#told = state;
      this.#underWay++;
      this.#post(report, news.flatMap(memoryOfNews));
    }
  }

  #isEmpty(): boolean {
    const lists = [this.#news, this.#leftOut, this.#branches, this.#pruned, this.#unwatched];
    return lists.every((list) => list.length === 0);
  }

  #takeNews(): MovieNews[] {
    let count = 0;
    let frames = 0;
    for (const news of this.#news) {
      if (count >= NEWS_AT_ONCE || (count > 0 && frames >= FRAMES_AT_ONCE)) break;
      count++;
      if (news.kind === "changed") frames += framesIn(news.changes);
    }
    return this.#news.splice(0, count);
  }
}

type Changed = Extract<MovieNews, { kind: "changed" }>;

function framesIn({ landed, revised, removed }: Changed["changes"]): number {
  return landed.length + revised.length + removed.length;
}

/** What is handed over instead of copied: nobody here uses it any more. */
function memoryOfNews(news: MovieNews): ArrayBuffer[] {
  const names = "names" in news && news.names?.kind === "bytes" ? [news.names.bytes, news.names.ends] : [];
  if (news.kind === "found") return [news.numbers, ...names].map(({ buffer }) => buffer as ArrayBuffer);
  if (news.kind !== "changed") return [];
  const { landed, revised, removed } = news.changes;
  return [landed, revised, removed, ...names].map(({ buffer }) => buffer as ArrayBuffer);
}
