import { formatDuration, formatSize, parseDuration, parseSize } from "./quantity.ts";
import { Bytes, Ms } from "./units.ts";

/** A kind of value that people write: how it is read, shown and described. */
export type Kind<T> = {
  /** Stands for a value in help: `PORT`. */
  readonly placeholder: string;
  /** Completes the sentence "expected …", with unit and bounds. */
  readonly expected: string;
  /** The value, or undefined when the text is none of this kind. */
  parse(text: string): T | undefined;
  /** What is wrong with a text that `parse` does not read, where more can be said than what was expected. */
  problem?(text: string): string | undefined;
  /** A text that `parse` reads as `value`; of a secret one that says nothing. */
  format(value: T): string;
  /** Nothing repeats what somebody wrote for it, however wrong it is. */
  readonly isSecret?: true;
};

const DIGITS = /^\d{1,15}$/;

/** A whole number in ASCII digits, `least` to `most`. `brand` makes it the type that is wanted. */
export function whole<T extends number = number>(
  least: number,
  most: number,
  brand: (value: number) => T = (value) => value as T,
): Kind<T> {
  return {
    placeholder: "N",
    expected: `a whole number from ${least} to ${most}`,
    parse: (text) => (DIGITS.test(text) ? within(Number(text), least, most, brand) : undefined),
    format: String,
  };
}

/** A TCP port; 0 asks the system for a free one. */
export const port: Kind<number> = { ...whole(0, 65_535), placeholder: "PORT" };

/** A TCP port, or that nothing listens. */
export const portOrOff: Kind<number | "off"> = {
  placeholder: "PORT",
  expected: `${port.expected}, or off`,
  parse: (text) => (text === "off" ? "off" : port.parse(text)),
  format: String,
};

/** A number of bytes, `least` to `most`. */
export function size(least: number, most: number): Kind<Bytes> {
  return {
    placeholder: "SIZE",
    expected: `a size from ${formatSize(least)} to ${formatSize(most)}, such as 256MiB or 64kB`,
    parse: (text) => within(parseSize(text), least, most, Bytes),
    format: formatSize,
  };
}

/** A length of time, `least` to `most` milliseconds. */
export function duration(least: number, most: number): Kind<Ms> {
  return {
    placeholder: "TIME",
    expected: `a time from ${formatDuration(least)} to ${formatDuration(most)}, such as 500ms, 10s or 5m`,
    parse: (text) => within(parseDuration(text), least, most, Ms),
    format: formatDuration,
  };
}

/** One of a few words. */
export function choice<const T extends string>(words: readonly T[], placeholder: string): Kind<T> {
  return {
    placeholder,
    expected: `one of ${words.join(", ")}`,
    parse: (text) => words.find((word) => word === text),
    format: (value) => value,
  };
}

const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.?$/i;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
// The system has the last word on addresses; this keeps out what is plainly something else, such as
// HOST:PORT.
const IPV6 = /^(?=.*:.*:)[0-9a-f:]+(\.\d+){0,3}(%[\w.-]+)?$/i;

/** A host's name or its IPv4 or IPv6 address, without a port; brackets around IPv6 are taken off. */
export const host: Kind<string> = {
  placeholder: "ADDR",
  expected: "a host name or an IP address without a port, such as 127.0.0.1, :: or render7.local",
  parse: (text) => {
    const bare = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
    return isHost(bare) ? bare : undefined;
  },
  format: (value) => value,
};

/** A file or folder; nothing, when empty. */
export const path: Kind<string> = {
  placeholder: "PATH",
  expected: "a path without NUL characters",
  parse: (text) => (text.includes("\0") ? undefined : text),
  format: (value) => value,
};

function isHost(text: string): boolean {
  if (text.length > 253) return false;
  if (IPV4.test(text)) return text.split(".").every((part) => part.length <= 3 && Number(part) <= 255);
  return HOST_NAME.test(text) || IPV6.test(text);
}

function within<T>(
  value: number | undefined,
  least: number,
  most: number,
  brand: (value: number) => T,
): T | undefined {
  return value !== undefined && value >= least && value <= most ? brand(value) : undefined;
}
