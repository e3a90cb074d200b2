/** An IP address in bytes: 4 of IPv4, 16 of IPv6. */
export type IpBytes = Uint8Array;

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const GROUPS = 8;

/** Reads an address without prefix, zone or port; undefined when the text is none. */
export function parseAddress(text: string): IpBytes | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/**
 * The IPv4 address inside of `::ffff:a.b.c.d`, which is how a socket that listens on `::` names an IPv4
 * client (RFC 4291, section 2.5.5.2); undefined for every other one.
 */
export function mappedIpv4(bytes: IpBytes): IpBytes | undefined {
  const isMapped = bytes.length === 16 && MAPPED.every((byte, index) => bytes[index] === byte);
  return isMapped ? bytes.slice(MAPPED.length) : undefined;
}

/** 80 bits of 0 and 16 of 1. */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** What stands before an IPv4 address that is written as one of IPv6, in bits. */
export const MAPPED_BITS = 8 * MAPPED.length;

// A leading zero means octal to some programs: it is none of ours.
function parseIpv4(text: string): IpBytes | undefined {
  const [whole, ...parts] = IPV4.exec(text) ?? [];
  const isPlain = parts.every((part) => Number(part) <= 255 && String(Number(part)) === part);
  return whole !== undefined && isPlain ? Uint8Array.from(parts, Number) : undefined;
}

function parseIpv6(text: string): IpBytes | undefined {
  const halves = text.split("::");
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === undefined || halves.length > 2 || (halves.length === 2 && tail === undefined))
    return undefined;
  const missing = GROUPS - head.length - (tail?.length ?? 0);
  // `::` stands for at least one group.
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Groups of 16 bits; the last two of the whole address may be written as one of IPv4. */
function groupsOf(half: string, isLast: boolean): number[] | undefined {
  if (half === "") return [];
  const words = half.split(":");
  const last = words.at(-1) ?? "";
  const ipv4 = isLast && last.includes(".") ? parseIpv4(last) : undefined;
  const hex = ipv4 === undefined ? words : words.slice(0, -1);
  if (!hex.every((word) => GROUP.test(word))) return undefined;
  const groups = hex.map((word) => Number.parseInt(word, 16));
  if (ipv4 === undefined) return groups;
  const [a = 0, b = 0, c = 0, d = 0] = ipv4;
  return [...groups, a * 256 + b, c * 256 + d];
}
