import type { Action } from "./keys.ts";

function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

/**
 * Whether a key is for what has the focus: where something is typed all are, Space and Enter press a button,
 * and arrows move a slider's hand.
 */
export function isOfControl(event: KeyboardEvent, { do: what }: Action): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (isTyping(event)) return true;
  if (target.closest("button, a") !== null) return what === "toggle" || what === "enter";
  return target.getAttribute("role") === "slider" && !isTimeline(target) && what === "step";
}

function isTimeline(target: HTMLElement): boolean {
  return target.getAttribute("aria-label") === "Timeline";
}
