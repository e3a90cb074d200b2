import { MutoscopePlayer } from "./player.ts";

export { MutoscopePlayer, type FrameChange } from "./player.ts";
export type { PictureSource } from "./frameInterface.ts";
export type { DeckState as PlayerState } from "./deckEvents.ts";
export type { PlayerError } from "./mediaValues.ts";
export type { RenditionWish } from "./wishes.ts";

export const TAG = "mutoscope-player";

// A page may have the script twice, from two servers.
if (customElements.get(TAG) === undefined) customElements.define(TAG, MutoscopePlayer);
