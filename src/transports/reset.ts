import type { Socket } from "node:net";

/**
 * Closes a connection at once: its client gets a reset rather than something that looks like an end. One
 * whose end is just being said can no longer be reset, and the platform would leave it open for ever; the
 * kernel has all of that, and nothing is lost by closing it.
 */
export function reset(socket: Socket): void {
  const isSayingEnd = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (isSayingEnd) socket.destroy();
  else socket.resetAndDestroy();
}
