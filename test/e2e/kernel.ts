import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { until } from "./deadline.ts";
import type { Viewer } from "./viewer.ts";

/** As often as `until` looks, this is a tenth of a second in which a server that can send would have sent. */
const LOOKS_WITHOUT_CHANGE = 20;

/** What the kernel knows of one end of a connection over 127.0.0.1. */
export type KernelView = {
  /** Bytes that it holds and that the socket's owner has not read. */
  readonly unread: number;
  /** Which timer runs: `00` none, `01` retransmission, `02` keep-alive. */
  readonly timer: string;
};

/** Looks at the socket's own end of its connection, or at its peer's. */
export function lookAt(socket: Socket, end: "own" | "peer" = "own"): KernelView {
  const ports = [socket.localPort, socket.remotePort].map(address);
  const [local, remote] = end === "own" ? ports : ports.toReversed();
  // Columns: slot, local, remote, state, unsent:unread, timer:when … Others may use the same local port.
  for (const line of readFileSync("/proc/net/tcp", "utf8").split("\n")) {
    const [, own, other, , queues = "", timer = ""] = line.trim().split(/\s+/);
    if (own !== local || other !== remote) continue;
    return { unread: Number.parseInt(queues.split(":")[1] ?? "", 16), timer: timer.slice(0, 2) };
  }
  return assert.fail(`the kernel has no connection between ${local} and ${remote}`);
}

function address(port: number | undefined): string {
  return `0100007F:${(port ?? assert.fail("no connection")).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The viewer reads no more. Returns when the kernel takes nothing more for it: the server has to wait. */
export async function stall(viewer: Viewer): Promise<void> {
  viewer.stopReading();
  let before = -1;
  let looks = 0;
  await until(() => {
    const { unread } = lookAt(viewer.socket);
    looks = unread > 0 && unread === before ? looks + 1 : 0;
    before = unread;
    return looks >= LOOKS_WITHOUT_CHANGE;
  }, "a full receive buffer");
}
