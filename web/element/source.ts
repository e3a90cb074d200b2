/** A movie of a server, and perhaps the part of it that is to be played. */
export type Source = {
  /** The address of the server's WebSocket. */
  readonly server: string;
  readonly movie: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
};

const PATH = /^(.*)\/(?:movies|watch)\/([^/]+)\/?$/;

/**
 * Reads `/movies/sw`, `/movies/sh010%2Fbeauty?from=1001&to=1050`, or the same of another server.
 * @param base the address of the page
 * @returns undefined for what is no address of a movie
 */
export function readSource(text: string, base: string): Source | undefined {
  if (!URL.canParse(text, base)) return undefined;
  const { origin, pathname, searchParams } = new URL(text, base);
  const [, prefix = "", name = ""] = PATH.exec(pathname) ?? [];
  const movie = decode(name);
  if (!origin.startsWith("http") || movie === undefined || movie === "") return undefined;
  const server = `${origin.replace("http", "ws")}${prefix}/ws`;
  return { server, movie, from: readNumber(searchParams, "from"), to: readNumber(searchParams, "to") };
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function readNumber(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  return text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
