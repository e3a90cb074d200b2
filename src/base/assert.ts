/** Thrown when this program breaks one of its own rules: never the world's fault, always ours. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** States a rule of ours. What the world does wrong gets a coded error instead. */
export function assert(rule: unknown, message: string): asserts rule {
  if (!rule) throw new AssertionError(message);
}

/** The value, which a rule of ours says is there. */
export function present<T>(value: T | undefined, message: string): T {
  assert(value !== undefined, message);
  return value;
}

/** Ends a switch over a union: a new member that is not handled does not compile. */
export function assertNever(value: never): never {
  throw new AssertionError(`unhandled: ${String(value)}`);
}
