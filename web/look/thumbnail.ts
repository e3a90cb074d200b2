/** Where a small picture of a frame is. Whoever watches goes first: its priority is worse. */
export function thumbnailUrl(movie: string, frame: number, width: number): string {
  return `/movies/${encodeURIComponent(movie)}/frames/${frame}.jpg?width=${width}&priority=${BEHIND_VIEWERS}`;
}

const BEHIND_VIEWERS = 7;

/** Widths that are asked for: one picture serves all screens that are nearly alike. */
const WIDTHS = [80, 160, 320, 480, 640];

/** The width to ask for, where so many CSS pixels are filled. */
export function thumbnailWidth(shown: number, pixelRatio: number): number {
  return WIDTHS.find((width) => width >= shown * pixelRatio) ?? 640;
}

/** What became of a picture. */
export type Outcome =
  | { readonly kind: "picture"; readonly url: string }
  /** There is none; the code says why. */
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "gone" };

/** Fetches a picture. @returns undefined when it was given up; the URL of a picture is to be revoked */
export async function fetchPicture(url: string, signal: AbortSignal): Promise<Outcome | undefined> {
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return { kind: "picture", url: URL.createObjectURL(await response.blob()) };
    const { code = "SERVER_FAILED" } = (await response.json()) as { code?: string };
    return { kind: "refused", code };
  } catch {
    return signal.aborted ? undefined : { kind: "gone" };
  }
}
