import type { LineAllowances } from "./lineAllowance.ts";

/** How the budgets learn of what is sent beside frames. There is one where anything limits what is sent. */
export interface Egress {
  /** What all connections' lines may come to; undefined where the server itself has no budget. */
  readonly lines: LineAllowances | undefined;
  /** Lines of so many bytes went to a client. They waited for no budget, and are charged all the same. */
  charge(client: object, bytes: number): void;
}
