import type { FrameNumber } from "../src/base/units.ts";
import type { ClientMessage } from "../src/wire/websocket/clientMessages.ts";
import type { FramePlace } from "../src/wire/websocket/wish.ts";
import type { Beginning, Wish } from "../src/wire/websocket/wish.ts";
import type { Command } from "./commands.ts";
import type { Run } from "./run.ts";

/** What a playback plays, as it was asked for. */
export type Script =
  | { readonly kind: "play"; readonly movie: string; readonly wish: Wish; readonly beginning: Beginning }
  | { readonly kind: "frame"; readonly movie: string; readonly wish: Wish; readonly frame: FramePlace };

/** What is played once a command has been carried out. */
export function changed(script: Script, command: Command | undefined): Script {
  if (script.kind === "frame" || command === undefined) return script;
  if (command.kind === "seek") return { ...script, beginning: { start: command.frame, after: undefined } };
  if (command.kind !== "change") return script;
  return { ...script, wish: { ...script.wish, ...command.changes } };
}

/** The message that opens a run. @param after the last frame that there is, to go on behind it */
export function opening(script: Script, after: FrameNumber | undefined, run: Run): ClientMessage {
  const { movie, wish } = script;
  const to = { playback: run.number, request: run.request, movie };
  if (script.kind === "frame") {
    const { missing, rendition, priority } = wish;
    return { type: "frame", ...to, frame: script.frame, missing, rendition, priority };
  }
  const beginning = after === undefined ? script.beginning : { start: undefined, after };
  return { type: "play", ...to, ...wish, ...beginning, credit: run.outstanding };
}
