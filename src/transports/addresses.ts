import { BlockList } from "node:net";
import type { AddressBlock } from "../base/addressBlocks.ts";
import { mappedIpv4, parseAddress } from "../base/ipAddress.ts";

/** An address as one looks it up. */
export type ClientAddress = Pick<AddressBlock, "family" | "address">;

/**
 * The address that a socket gives for its peer: an IPv4 client of a socket for both families is one in IPv4,
 * and the interface that a link-local address was heard on does not count. Undefined when it is none, as that
 * of a socket whose peer has gone.
 */
export function clientAddress(text: string | undefined): ClientAddress | undefined {
  const [address = ""] = text?.split("%") ?? [];
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  const inside = bytes.length === 4 ? bytes : mappedIpv4(bytes);
  return inside === undefined ? { family: "ipv6", address } : { family: "ipv4", address: inside.join(".") };
}

/** Finds addresses in blocks. */
export class AddressFinder<Block extends AddressBlock> {
  // The longest prefix first: what is found first is the most specific. Blocks of the two families have no
  // address in common, so how their prefixes compare makes no difference.
  readonly #blocks: readonly { readonly block: Block; readonly list: BlockList }[];

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks
      .map((block) => ({ block, list: listOf(block) }))
      .toSorted((a, b) => b.block.prefix - a.block.prefix);
  }

  /** The most specific block that an address lies in. */
  find(address: string | undefined): Block | undefined {
    const client = clientAddress(address);
    return client && this.#blocks.find(({ block, list }) => isIn(list, block, client))?.block;
  }
}

function isIn(list: BlockList, { family }: AddressBlock, client: ClientAddress): boolean {
  // A list would take an IPv4 address for one of IPv6, in `::ffff:0:0/96`.
  return family === client.family && list.check(client.address, family);
}

function listOf({ address, prefix, family }: AddressBlock): BlockList {
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list;
}
