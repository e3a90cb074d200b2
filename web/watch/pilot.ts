import type { MutoscopePlayer } from "../element/define.ts";
import type { Action } from "./keys.ts";
import { REPEATS, type Repeat } from "./link.ts";
import { markedPart } from "./marks.ts";
import { shuttled } from "./shuttle.ts";
import { typedFrame, typedOn } from "./typed.ts";

/** Plays a movie as keys and buttons say. */
export class Pilot {
  readonly #player: MutoscopePlayer;
  #repeat: Repeat;
  #typed = "";

  constructor(player: MutoscopePlayer, repeat: Repeat) {
    this.#player = player;
    this.#repeat = repeat;
    this.#setRepeat(repeat);
  }

  get repeat(): Repeat {
    return this.#repeat;
  }

  /** A frame number while it is typed. */
  get typed(): string {
    return this.#typed;
  }

  /** @returns whether it is something to be done here */
  act(action: Action): boolean {
    const player = this.#player;
    switch (action.do) {
      case "toggle":
        if (player.paused) this.#play(1);
        else player.pause();
        return true;
      case "stop":
        player.pause();
        return true;
      case "shuttle":
        this.#play(shuttled(player.paused ? 0 : player.playbackRate, action.direction));
        return true;
      case "step":
        player.step(action.frames);
        return true;
      case "first":
      case "last":
        return this.#goTo(action.do === "first" ? player.firstFrame : player.newestFrame);
      case "markIn":
      case "markOut":
        return this.#mark(action.do === "markIn" ? "in" : "out");
      case "clearMarks":
        player.range = null;
        return true;
      case "repeat":
        this.#setRepeat(REPEATS[(REPEATS.indexOf(this.#repeat) + 1) % REPEATS.length] ?? "loop");
        return true;
      default:
        return this.#type(action);
    }
  }

  #play(rate: number): void {
    this.#player.playbackRate = rate;
    // Why it does not play is shown where the picture would be.
    this.#player.play().catch(() => undefined);
  }

  #goTo(frame: number): boolean {
    this.#player.pause();
    this.#player.seekToFrame(frame);
    return true;
  }

  #mark(edge: "in" | "out"): boolean {
    const { firstFrame: first, lastFrame: last, frame, range } = this.#player;
    if (Number.isNaN(frame)) return true;
    this.#player.range = markedPart(range ?? undefined, frame, { first, last }, edge);
    return true;
  }

  #setRepeat(repeat: Repeat): void {
    this.#repeat = repeat;
    this.#player.loop = repeat === "loop";
    this.#player.bounce = repeat === "bounce";
  }

  #type(action: Action): boolean {
    switch (action.do) {
      case "type":
        this.#typed = typedOn(this.#typed, action.sign);
        return true;
      case "erase":
        this.#typed = this.#typed.slice(0, -1);
        return true;
      case "enter":
      case "cancel": {
        const frame = typedFrame(this.#typed);
        const wasTyped = this.#typed !== "";
        this.#typed = "";
        if (action.do === "enter" && frame !== undefined) this.#goTo(frame);
        return wasTyped;
      }
      default:
        return false;
    }
  }
}
