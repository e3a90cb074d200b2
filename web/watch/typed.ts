/** The longest number that is typed: frame numbers have at most as many digits, and a sign. */
const LONGEST = 16;

/** A frame number while it is typed. */
export function typedOn(typed: string, sign: string): string {
  if (sign === "-") return typed === "" ? "-" : typed;
  return typed.length >= LONGEST ? typed : typed + sign;
}

/** The frame that was typed; undefined when it is none. */
export function typedFrame(typed: string): number | undefined {
  return /^-?\d+$/.test(typed) ? Number(typed) : undefined;
}
