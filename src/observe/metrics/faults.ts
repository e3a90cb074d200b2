import type { Channel, Unsubscribe } from "../../base/diagnostics.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import { counter, type Family } from "./family.ts";
import { LabelCounts } from "./labelCounts.ts";

/** Where errors are met. */
export const ERROR_STAGES = [
  "connection",
  "request",
  "playback",
  "frame",
  "disk_cache",
  "library",
  "server",
] as const;
type ErrorStage = (typeof ERROR_STAGES)[number];

/** What one would be woken for is 0 before it happens: a rate does not see a counter that begins with 1. */
const ALERTED: readonly (readonly [ErrorStage, ErrorCode])[] = [
  ["server", "SERVER_FAILED"],
  ["disk_cache", "CACHE_UNUSABLE"],
];

type Coded = { readonly code: ErrorCode | undefined };

/** Every coded error, where it was met: the same codes as clients and the log are told. */
export class Faults {
  readonly #codes = new LabelCounts(ALERTED);

  listen(): Unsubscribe[] {
    const count = <T extends Coded>(stage: ErrorStage, channel: Channel<T>): Unsubscribe =>
      channel.subscribe(({ code }) => this.#add(stage, code));
    return [
      count("connection", events.connectionRefused),
      events.connectionClosed.subscribe(({ reason }) => this.#add("connection", reason)),
      count("request", events.requestRefused),
      count("playback", events.playbackEnded),
      count("frame", events.frameFailed),
      count("disk_cache", events.diskCacheFailed),
      count("library", events.entryLeftOut),
      count("library", events.folderUnwatched),
      count("server", events.serverFailed),
    ];
  }

  get families(): Family[] {
    return [
      counter(
        {
          name: "mutoscope_errors_total",
          help: "Errors by code, in the stage where they were met.",
          labels: ["stage", "code"],
        },
        () => this.#codes.rows(),
      ),
    ];
  }

  #add(stage: ErrorStage, code: ErrorCode | undefined): void {
    if (code !== undefined) this.#codes.add(1, stage, code);
  }
}
