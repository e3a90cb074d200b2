import { ACCESS_MUTANTS } from "./access.ts";
import { DISPATCH_MUTANTS } from "./dispatch.ts";
import { DUDS } from "./duds.ts";
import { EGRESS_MUTANTS } from "./egress.ts";
import { LINE_MUTANTS } from "./lines.ts";
import { type Mutant, named } from "./mutant.ts";
import { PLAYBACK_MUTANTS } from "./playback.ts";
import { PRODUCTION_MUTANTS } from "./production.ts";
import { RING_MUTANTS } from "./ring.ts";
import { ROOM_MUTANTS } from "./room.ts";
import { TRANSPORT_MUTANTS } from "./transports.ts";
import { WEBSOCKET_MUTANTS } from "./websocket.ts";

/** All that the suite must see. */
export const MUTANTS: readonly Mutant[] = [
  ...DISPATCH_MUTANTS,
  ...EGRESS_MUTANTS,
  ...RING_MUTANTS,
  ...ROOM_MUTANTS,
  ...LINE_MUTANTS,
  ...PLAYBACK_MUTANTS,
  ...PRODUCTION_MUTANTS,
  ...TRANSPORT_MUTANTS,
  ...WEBSOCKET_MUTANTS,
  ...ACCESS_MUTANTS,
];

/** The one that this process is to run with. */
export function chosen(): Mutant | undefined {
  const name = process.env["MUTANT"];
  return name === undefined ? undefined : named([...MUTANTS, ...DUDS], name);
}
