import type { MutoscopePlayer, RenditionWish } from "../element/define.ts";
import type { Place } from "./link.ts";
import { qualityOf, wishOfQuality } from "./panels/settings.ts";

/** Has the player show what a link says, and play where that names no frame. */
export function reopen(player: MutoscopePlayer, place: Place): void {
  const { frame, in: from, out: to, levels, exposure, quality, contract, priority } = place;
  const wish = { ...wishOfQuality(quality), ...(levels && { levels }), ...(exposure && { exposure }) };
  if (Object.keys(wish).length > 0) player.rendition = wish;
  if (contract !== undefined) player.contract = contract;
  if (priority !== undefined) player.priority = priority;
  if (from !== undefined || to !== undefined) player.range = [from ?? -Infinity, to ?? Infinity];
  if (frame === undefined) player.autoplay = true;
  else player.seekToFrame(frame);
}

/** What of a player a link says. @param chosen the rendition as somebody chose it */
export function placeOf(player: MutoscopePlayer, chosen: RenditionWish): Place {
  const { frame, range, contract, priority } = player;
  const { levels, exposure } = chosen;
  const quality = qualityOf(chosen);
  const what = { in: range?.[0], out: range?.[1], levels, exposure, quality, contract, priority };
  return Number.isNaN(frame) ? what : { frame, ...what };
}
