import type { AddressBlock, BestPriorities } from "../base/addressBlocks.ts";
import type { Priority } from "../base/units.ts";
import { AddressFinder } from "./addresses.ts";

/** Looks up the best priority that a client may have, by its address. */
export class BestPriority {
  readonly #blocks: AddressFinder<AddressBlock & { readonly priority: Priority }>;
  readonly #others: Priority;

  constructor({ named, others }: BestPriorities) {
    this.#blocks = new AddressFinder(
      named.flatMap(({ blocks, priority }) => blocks.map((block) => ({ ...block, priority }))),
    );
    this.#others = others;
  }

  /** @param address as a socket names its peer; undefined when that is gone already */
  of(address: string | undefined): Priority {
    return this.#blocks.find(address)?.priority ?? this.#others;
  }
}
