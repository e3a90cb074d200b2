import type { LibraryChange, MutoscopeError } from "../../client/index.ts";
import type { Shown } from "./stills.ts";

/** What a deck tells: events that media elements have. */
export type DeckEvent =
  | "durationchange"
  | "ended"
  | "loadeddata"
  | "loadedmetadata"
  | "pause"
  | "play"
  | "playing"
  | "progress"
  | "resize"
  | "seeked"
  | "seeking"
  | "timeupdate"
  | "waiting";

export type DeckState =
  | "connecting"
  | "connected"
  | "reconnecting"
  | "removed"
  | "refused"
  | "waiting-for-frame";

export interface DeckListener {
  tell(event: DeckEvent): void;
  /** Paints it and says so, in this task. */
  show(shown: Shown): void;
  turned(state: DeckState): void;
  /** What is known of the movie is not what it was. */
  changed(change: LibraryChange): void;
  failed(error: MutoscopeError): void;
  /** From now on turns of the display are to be told. */
  wake(): void;
}
