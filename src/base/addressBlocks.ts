import { type IpBytes, MAPPED_BITS, mappedIpv4, parseAddress } from "./ipAddress.ts";
import type { Kind } from "./kind.ts";
import { DEFAULT_PRIORITY, Priority, WORST_PRIORITY } from "./units.ts";

/** Addresses that begin with the same `prefix` bits (CIDR notation, RFC 4632). */
export type AddressBlock = {
  readonly family: "ipv4" | "ipv6";
  readonly address: string;
  readonly prefix: number;
};

/** Blocks that are written as one, and the best priority that clients there may have. */
export type BlockPriority = {
  readonly name: string;
  readonly blocks: readonly AddressBlock[];
  readonly priority: Priority;
};

/** The best priority that clients may have, by their address. */
export type BestPriorities = {
  /** Of several blocks that an address lies in the most specific counts: the one with the longest prefix. */
  readonly named: readonly BlockPriority[];
  /** Whoever lies in none of them. */
  readonly others: Priority;
};

/** The same for all addresses. */
export const everybody = (priority: Priority): BestPriorities => ({ named: [], others: priority });

/** What the word `loopback` stands for (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
export const LOOPBACK: readonly AddressBlock[] = [
  { family: "ipv4", address: "127.0.0.0", prefix: 8 },
  { family: "ipv6", address: "::1", prefix: 128 },
];

/** Who is on this machine may have any priority, all others what a client has that says nothing. */
export const LOOPBACK_FIRST: BestPriorities = {
  named: [{ name: "loopback", blocks: LOOPBACK, priority: Priority(0) }],
  others: DEFAULT_PRIORITY,
};

/** Each connection is looked up in all of them, one after the other. */
const MOST_BLOCKS = 256;

const DIGITS = /^\d{1,3}$/;

/**
 * `loopback=0,10.0.0.0/8=1,others=3`; `2` is everybody. Who is not named is one of the others, who have 3
 * when nothing is said of them.
 */
export const bestPriorities: Kind<BestPriorities> = {
  placeholder: "LIST",
  expected: "a priority from 0 to 255, or one for each block of addresses: loopback=0,10.0.0.0/8=1,others=3",
  parse: (text) => {
    const found = read(text);
    return typeof found === "string" ? undefined : found;
  },
  problem: (text) => {
    const found = read(text);
    return typeof found === "string" ? found : undefined;
  },
  format: ({ named, others }) => {
    const items = named.map(({ name, priority }) => `${name}=${priority}`);
    return items.length === 0 ? String(others) : [...items, `others=${others}`].join(",");
  },
};

/** What was read, or what is wrong with it. */
function read(text: string): BestPriorities | string {
  const all = priorityOf(text);
  if (all !== undefined) return everybody(all);
  const items = text.split(",");
  if (items.length > MOST_BLOCKS) return `${items.length} blocks are more than ${MOST_BLOCKS}`;
  const named: BlockPriority[] = [];
  const seen = new Set<string>();
  let others = DEFAULT_PRIORITY;
  for (const item of items) {
    const found = readItem(item);
    if (typeof found === "string") return found;
    for (const key of found.blocks.length === 0 ? [OTHERS] : found.blocks.map(keyOf)) {
      if (seen.has(key)) return `${found.name} is there twice`;
      seen.add(key);
    }
    if (found.name === OTHERS) others = found.priority;
    else named.push(found);
  }
  return { named, others };
}

/** A name without blocks: those that are in none. */
const OTHERS = "others";

function readItem(item: string): BlockPriority | string {
  const [name = "", right = "", ...rest] = item.split("=").map((side) => side.trim());
  const priority = priorityOf(right);
  if (priority === undefined || rest.length > 0) return `"${item.trim()}" gives no priority from 0 to 255`;
  if (name === OTHERS) return { name, blocks: [], priority };
  if (name === "loopback") return { name, blocks: LOOPBACK, priority };
  const block = readBlock(name);
  if (typeof block === "string") return block;
  return { name: `${block.address}/${block.prefix}`, blocks: [block], priority };
}

/** An address alone is a block of one. */
function readBlock(text: string): AddressBlock | string {
  const [address = "", digits, ...rest] = text.split("/");
  const bytes = rest.length > 0 ? undefined : parseAddress(address);
  if (bytes === undefined) return `"${text}" is no block of addresses, nor loopback or others`;
  const bits = 8 * bytes.length;
  const prefix = digits === undefined ? bits : DIGITS.test(digits) ? Number(digits) : bits + 1;
  if (prefix > bits) return `the prefix of ${text} is no number from 0 to ${bits}`;
  if (hasBitsBehind(bytes, prefix))
    return `${text} has bits behind its first ${prefix}, which are all it says`;
  return asBlock(address.toLowerCase(), bytes, prefix);
}

// Clients in IPv4 are looked up by their IPv4 address, whatever socket they came through.
function asBlock(address: string, bytes: IpBytes, prefix: number): AddressBlock {
  if (bytes.length === 4) return { family: "ipv4", address, prefix };
  const inside = prefix < MAPPED_BITS ? undefined : mappedIpv4(bytes);
  if (inside === undefined) return { family: "ipv6", address, prefix };
  return { family: "ipv4", address: inside.join("."), prefix: prefix - MAPPED_BITS };
}

function hasBitsBehind(bytes: IpBytes, prefix: number): boolean {
  return bytes.some((byte, index) => (byte & (0xff >> Math.min(Math.max(prefix - 8 * index, 0), 8))) !== 0);
}

/** The same for the same addresses, however they are written. */
function keyOf({ address, prefix }: AddressBlock): string {
  return `${parseAddress(address)?.join(".")}/${prefix}`;
}

function priorityOf(text: string): Priority | undefined {
  const value = DIGITS.test(text) ? Number(text) : WORST_PRIORITY + 1;
  return value <= WORST_PRIORITY ? Priority(value) : undefined;
}
