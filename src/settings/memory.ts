import { formatSize } from "../base/quantity.ts";
import { Bytes, KiB, MiB } from "../base/units.ts";
import type { Settings } from "../settings.ts";

/** One part of a bound on memory: `what` it holds, how it is worked out, and how much that is. */
export type MemoryPart = { readonly what: string; readonly how: string; readonly bytes: Bytes };

/** What memory depends on besides the settings. */
export type MemoryBasis = {
  /** How many connections there may be, after the limit of open files has been looked at. */
  readonly connections: number;
  /** The largest frame there is, as a picture; the setting `frameLimit` when nothing is known. */
  readonly frame: Bytes;
};

/** Node, the program and its libraries when it has started: 150 to 300 MiB were measured. */
const BASE = 300 * MiB;

/** The heap that a worker may have, as its pool sets it. */
const WORKER = 128 * MiB;

/** File, samples and image of the frame at hand. */
const FRAMES_IN_WORKER = 3;

/** ffmpeg itself, and what it holds of one picture: the file, and its samples in up to four forms. */
const PROGRAM = 45 * MiB;
const FRAMES_IN_PROGRAM = 5;

/** Unread lines and answers, and the look-ahead; 31 KiB were measured while playing. */
const CONNECTION = 256 * KiB;

/**
 * The bound of law 6 for these settings: base + ring + in flight + cache + production + connections ×
 * overhead. What is in the ring or under way points into frames of the cache, and is counted in both.
 */
export function memoryParts(settings: Settings, { connections, frame }: MemoryBasis): readonly MemoryPart[] {
  const { ringBytes, inFlight, cache, maxWorkers, requestLimit } = settings;
  const connection = CONNECTION + requestLimit;
  const frameText = formatSize(frame);
  const worker = WORKER + FRAMES_IN_WORKER * frame;
  return [
    { what: "base", how: "Node, the program, its libraries", bytes: Bytes(BASE) },
    { what: "ring", how: `ring-bytes, or one frame of ${frameText}`, bytes: larger(ringBytes, frame) },
    { what: "in flight", how: `in-flight, or one frame of ${frameText}`, bytes: larger(inFlight, frame) },
    { what: "cache", how: "cache", bytes: cache },
    {
      what: "production",
      how: `${maxWorkers} workers × (${formatSize(WORKER)} + ${FRAMES_IN_WORKER} × ${frameText})`,
      bytes: Bytes(maxWorkers * worker),
    },
    {
      what: "connections",
      how: `${connections} × (${formatSize(CONNECTION)} + request-limit ${formatSize(requestLimit)})`,
      bytes: Bytes(connections * connection),
    },
  ];
}

/** What ffmpeg takes besides, in processes of its own, where formats are read that need it. */
export function programMemory({ maxWorkers }: Settings, { frame }: MemoryBasis): MemoryPart {
  const how = `${maxWorkers} × (${formatSize(PROGRAM)} + ${FRAMES_IN_PROGRAM} × ${formatSize(frame)})`;
  return { what: "ffmpeg", how, bytes: Bytes(maxWorkers * (PROGRAM + FRAMES_IN_PROGRAM * frame)) };
}

/** Buffers of the kernel for one connection, in bytes, as the system is set now. */
export type KernelBuffers = {
  readonly send: Bytes;
  readonly receive: Bytes;
  /** Of all connections of the machine together. */
  readonly most: Bytes;
};

/** What the kernel holds besides: bounded by the number of connections, and by the machine. */
export function kernelMemory(buffers: KernelBuffers, connections: number): MemoryPart {
  const all = connections * (buffers.send + buffers.receive);
  const each = `${connections} × (${formatSize(buffers.send)} + ${formatSize(buffers.receive)})`;
  const isCapped = buffers.most < all;
  const how = isCapped ? `tcp_mem, as ${each} would be more` : `${each}: tcp_wmem, tcp_rmem`;
  return { what: "kernel", how, bytes: Bytes(Math.min(all, buffers.most)) };
}

function larger(bound: Bytes, frame: Bytes): Bytes {
  return bound > frame ? bound : frame;
}
