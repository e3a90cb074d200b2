import type { Sink } from "../dispatch/sink.ts";
import type { Playback, PlaybackListener } from "../playback/playback.ts";

/** One client's way into the stages: its playback, and the way back for its sink. */
export type Viewer = {
  readonly playback: Playback;
  /** The sink, which had answered `wait`, can take the next hand-over. */
  drained(): void;
};

/**
 * Joins a client to the stages. `connection` names it in messages and events, `playback` is the id it is
 * listed under.
 */
export type OpenViewer = (options: {
  readonly connection: number;
  readonly playback: string;
  readonly sink: Sink;
  readonly listener: PlaybackListener;
  /** Whose it is: what that may be sent is one for all that it plays. */
  readonly client: object;
}) => Viewer;
