import { readFileSync } from "node:fs";
import { Bytes, KiB } from "../../base/units.ts";

/** What the kernel may hold of TCP connections. */
export type KernelBuffers = {
  /** Of one connection, to be sent and received. */
  readonly send: Bytes;
  readonly receive: Bytes;
  /** Of all connections of the machine together. */
  readonly most: Bytes;
};

/** `tcp_mem` counts in pages; where they are larger, so is the bound that is told. */
const PAGE = 4 * KiB;

/** How the system is set now (tcp(7): `tcp_wmem`, `tcp_rmem`, `tcp_mem`); undefined where it does not say. */
export function kernelBuffers(folder = "/proc/sys/net/ipv4"): KernelBuffers | undefined {
  const [send, receive, pages] = ["tcp_wmem", "tcp_rmem", "tcp_mem"].map((name) =>
    highest(`${folder}/${name}`),
  );
  if (send === undefined || receive === undefined || pages === undefined) return undefined;
  return { send: Bytes(send), receive: Bytes(receive), most: Bytes(pages * PAGE) };
}

/** The last of three numbers: what buffers may grow to. */
function highest(file: string): number | undefined {
  try {
    const [, , most = ""] = readFileSync(file, "latin1").trim().split(/\s+/);
    return /^\d+$/.test(most) ? Number(most) : undefined;
  } catch {
    // Only Linux tells; elsewhere the limits say that it is not known.
    return undefined;
  }
}
