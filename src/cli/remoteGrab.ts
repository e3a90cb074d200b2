import { fault } from "../base/errors.ts";
import type { Rendition } from "../base/rendition.ts";
import type { Client, ListedMovie, RenditionOption } from "../../client/index.ts";
import { connectTo } from "./remote.ts";
import { readPlace } from "./remoteOptions.ts";

/** Which picture of a server's; the movie may be left out where there is only one. */
export type RemoteWish = {
  readonly movie: string | undefined;
  readonly frame: string;
  readonly priority: number | undefined;
};

/** One picture of a server's movie. @throws what the server, or the way to it, has to say */
export async function grabFrom(
  url: string,
  { movie, frame, priority }: RemoteWish,
  rendition: Rendition,
): Promise<Uint8Array> {
  const client = await connectTo(url, "mutoscope grab", priority);
  try {
    const found = await movieNamed(client, movie);
    const { bytes } = await client.frame(found.name, placeIn(found, frame), {
      rendition: optionOf(rendition),
    });
    return bytes;
  } finally {
    client.close();
  }
}

/** The movie of this name, or the only one there is. @throws MOVIE_NOT_FOUND */
export async function movieNamed(client: Client, name: string | undefined): Promise<ListedMovie> {
  if (name !== undefined) return client.movie(name);
  const { movies, total } = await client.movies({ limit: 1 });
  const [only] = movies;
  if (only !== undefined && total === 1) return client.movie(only.name);
  throw fault(
    "MOVIE_NOT_FOUND",
    `found ${total} movies and no name, expected one of them behind the address`,
  );
}

function placeIn({ name, first }: ListedMovie, frame: string): number | "last" {
  if (frame !== "first") return readPlace(frame);
  if (first === null) throw fault("FRAME_NOT_FOUND", `${name} has no frame yet`);
  return first;
}

/** What is undefined is left to the server. */
export function optionOf(rendition: Rendition): RenditionOption {
  if (rendition === "original") return rendition;
  const said = Object.entries(rendition).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as RenditionOption;
}
