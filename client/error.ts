import { ERRORS, Fault } from "../src/base/errors.ts";
import type { Code, Problem } from "../src/wire/websocket/serverMessages.ts";
import type { PlaybackReceipt } from "./receipt.ts";

export type ErrorDetails = {
  readonly code: Code;
  readonly detail: string;
  readonly title?: string;
  readonly retry?: boolean;
  readonly cause?: unknown;
};

/**
 * Every error of this library: `code` is the same on every surface of Mutoscope, and never changes its
 * meaning.
 */
export class MutoscopeError extends Error {
  override readonly name = "MutoscopeError";
  /** One of the catalogue (`docs/errors.md`), or one that a later server has. */
  readonly code: Code;
  /** What the code means, in one sentence. */
  readonly title: string;
  /** The same may be had a little later. */
  readonly retry: boolean;
  /** What had come when a playback failed. */
  receipt: PlaybackReceipt | undefined;

  constructor({ code, detail, title, retry = false, cause }: ErrorDetails) {
    super(detail, cause === undefined ? undefined : { cause });
    this.code = code;
    this.title = title ?? titleOf(code);
    this.retry = retry;
  }
}

function titleOf(code: Code): string {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as keyof typeof ERRORS] : "";
}

/** As a server tells it. */
export function toldError({ code, title, detail, retry }: Problem): MutoscopeError {
  return new MutoscopeError({ code, title, detail, retry });
}

/** The same fault in this library's own class; whatever else was thrown is a bug, and stays what it is. */
export function asError(thrown: unknown): unknown {
  if (!(thrown instanceof Fault)) return thrown;
  return new MutoscopeError({ code: thrown.code, detail: thrown.message, cause: thrown });
}

/** Nothing more comes of a playback. */
export function overError(): MutoscopeError {
  return new MutoscopeError({ code: "CLIENT_CLOSED", detail: "the playback is over, or was stopped" });
}

export function unreachable(detail: string): MutoscopeError {
  return new MutoscopeError({ code: "SERVER_UNREACHABLE", detail, retry: true });
}

export function broken(detail: string): MutoscopeError {
  return new MutoscopeError({ code: "PROTOCOL_BROKEN", detail });
}
