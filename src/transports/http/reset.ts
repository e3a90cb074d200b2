import type { Socket } from "node:net";

/**
 * Closes a connection at once: its client gets a reset rather than something that looks like an end. One
 * that is being ended already can no longer be reset, and the platform would leave it open for ever.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
