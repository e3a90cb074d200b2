import { assertNever } from "../../base/assert.ts";
import type { Action } from "./keys.ts";

/** What a player is doing: how it moves, and what is being typed. */
export type Transport = {
  /** 0: paused. Else the speed, below 0 backwards: −2 is backwards at twice the rate. */
  readonly speed: number;
  /** Digits of a frame number to go to. */
  readonly typed: string;
  readonly isHelpShown: boolean;
};

/** What a key asks of the player besides. */
export type Move =
  | { readonly kind: "step"; readonly frames: number }
  | { readonly kind: "go"; readonly frame: number }
  | { readonly kind: "end"; readonly which: "first" | "last" }
  | { readonly kind: "quit" };

export type Turn = { readonly transport: Transport; readonly move?: Move | undefined };

/** J and L pressed again double the speed up to this. */
const FASTEST = 8;

/** More digits are no frame number. */
const MOST_DIGITS = 15;

export const PAUSED: Transport = { speed: 0, typed: "", isHelpShown: false };

/** What follows from an action. */
export function turn(transport: Transport, action: Action): Turn {
  const { speed, typed, isHelpShown } = transport;
  const calm = { ...transport, typed: "" };
  switch (action.kind) {
    case "toggle":
      return { transport: { ...calm, speed: speed === 0 ? 1 : 0 } };
    case "pause":
      return { transport: { ...calm, speed: 0 } };
    case "forward":
      return { transport: { ...calm, speed: faster(speed, 1) } };
    case "reverse":
      return { transport: { ...calm, speed: faster(speed, -1) } };
    case "step":
      return { transport: { ...calm, speed: 0 }, move: action };
    case "end":
      return { transport: calm, move: action };
    case "digit":
      return { transport: { ...transport, typed: typedWith(typed, action.digit) } };
    case "correct":
      return { transport: { ...transport, typed: typed.slice(0, -1) } };
    case "confirm":
      return /\d/.test(typed)
        ? { transport: calm, move: { kind: "go", frame: Number(typed) } }
        : { transport: calm };
    case "cancel":
      return { transport: { ...calm, isHelpShown: false } };
    case "help":
      return { transport: { ...calm, isHelpShown: !isHelpShown } };
    case "quit":
      return { transport: calm, move: { kind: "quit" } };
    default:
      return assertNever(action);
  }
}

function faster(speed: number, direction: 1 | -1): number {
  if (Math.sign(speed) !== direction) return direction;
  return direction * Math.min(Math.abs(speed) * 2, FASTEST);
}

// A sign stands at the beginning; anywhere else it is a slip of the finger.
function typedWith(typed: string, digit: string): string {
  if (digit === "-" && typed !== "") return typed;
  return typed.length < MOST_DIGITS ? typed + digit : typed;
}
