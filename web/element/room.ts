/** Decoded pictures of all players of a page. */
const ROOM = 192 * 2 ** 20;

let players = 0;

/** Another player shares the room. @returns to be called when it does not any more */
export function share(): () => void {
  players += 1;
  return () => {
    players -= 1;
  };
}

/** What one player may keep, in bytes. */
export function roomFor(): number {
  return ROOM / Math.max(players, 1);
}
