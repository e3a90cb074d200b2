import type { MutoscopePlayer, RenditionWish } from "../../element/define.ts";

type Contract = MutoscopePlayer["contract"];

/** What is promised to who watches, each in one sentence. */
export const CONTRACT_WORDS: readonly {
  readonly contract: Contract;
  readonly name: string;
  readonly means: string;
}[] = [
  {
    contract: "paced",
    name: "In time",
    means: "Plays at the movie's rate; frames that come too late are left out.",
  },
  { contract: "all", name: "Every frame", means: "Leaves nothing out; it slows down where it must." },
  { contract: "latest", name: "The newest", means: "Shows whatever is newest, with the least delay." },
];

/** The words by which links name qualities. */
export const QUALITY_KEYS = ["auto", "jpeg60", "jpeg80", "jpeg95", "png"] as const;
export type QualityKey = (typeof QUALITY_KEYS)[number];

/** Picture qualities that can be chosen. */
export const QUALITIES: readonly {
  readonly key: QualityKey;
  readonly name: string;
  readonly wish: Pick<RenditionWish, "format" | "quality">;
}[] = [
  { key: "auto", name: "Automatic", wish: { format: undefined, quality: undefined } },
  { key: "jpeg60", name: "JPEG 60: small", wish: { format: "jpeg", quality: 60 } },
  { key: "jpeg80", name: "JPEG 80: good", wish: { format: "jpeg", quality: 80 } },
  { key: "jpeg95", name: "JPEG 95: very good", wish: { format: "jpeg", quality: 95 } },
  { key: "png", name: "PNG: exact", wish: { format: "png", quality: undefined } },
];

/** Which of them a player has; undefined when it has another. */
export function qualityOf({ format, quality }: RenditionWish): QualityKey | undefined {
  return QUALITIES.find(({ wish }) => wish.format === format && wish.quality === quality)?.key;
}

/** What a player is asked for it; nothing for what it does by itself. */
export function wishOfQuality(wanted: QualityKey | undefined): RenditionWish {
  const found = QUALITIES.find(({ key }) => key === wanted && key !== "auto");
  return found === undefined ? {} : found.wish;
}

const WORST = 255;

/** As it is typed; undefined for what is none. */
export function readPriority(text: string): number | undefined {
  return /^\d{1,3}$/.test(text.trim()) && Number(text) <= WORST ? Number(text) : undefined;
}

/** What the server gave, where it is not what was wished. */
export function grantedText(
  wished: number,
  granted: { readonly priority: number; readonly wished?: number | null } | undefined,
): string {
  if (granted === undefined) return "0 goes first, 255 last. What the server grants shows while it plays.";
  const { priority } = granted;
  if (priority === wished) return `The server grants ${priority}.`;
  return priority > wished
    ? `You wish for ${wished}; the server grants ${priority}: no better one is to be had now.`
    : `An operator gave this ${priority}, which is better than ${wished}.`;
}
