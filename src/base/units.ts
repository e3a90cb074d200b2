import type { Brand } from "./brand.ts";

/** A count of bytes. */
export type Bytes = Brand<number, "Bytes">;
export const Bytes = (value: number): Bytes => value as Bytes;

/** 2^10, 2^20 and 2^30 bytes: what sizes are written in (`256 * MiB`). */
export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

/** Bits per second, as networks count. Above 0. */
export type BitRate = Brand<number, "BitRate">;
export const BitRate = (value: number): BitRate => value as BitRate;

/** Bytes that a rate lets pass in one millisecond. */
export const bytesPerMs = (rate: BitRate): number => rate / 8000;

/** The number a frame has in its movie: the one in its file's name, never an index. */
export type FrameNumber = Brand<number, "FrameNumber">;
export const FrameNumber = (value: number): FrameNumber => value as FrameNumber;

/** Which bytes a frame number stands for: a frame that is rewritten gets the next revision. From 1. */
export type FrameRevision = Brand<number, "FrameRevision">;
export const FrameRevision = (value: number): FrameRevision => value as FrameRevision;

/** 0, 1, 2 … inside one epoch of one playback. */
export type MessageNumber = Brand<number, "MessageNumber">;
export const MessageNumber = (value: number): MessageNumber => value as MessageNumber;

/** Counts the start, seek and stop commands of one connection. The first epoch is 1. */
export type Epoch = Brand<number, "Epoch">;
export const Epoch = (value: number): Epoch => value as Epoch;

/** 0 to 255, smaller first. */
export type Priority = Brand<number, "Priority">;
export const Priority = (value: number): Priority => value as Priority;

/** The worst priority there is. */
export const WORST_PRIORITY = Priority(255);

/** What a client has that says nothing, as the urgency of RFC 9218 (section 4.1). */
export const DEFAULT_PRIORITY = Priority(3);

/** Milliseconds on the server's monotonic clock: dues and deadlines. Only differences mean anything. */
export type MonotonicMs = Brand<number, "MonotonicMs">;
export const MonotonicMs = (value: number): MonotonicMs => value as MonotonicMs;

/** A length of time in milliseconds. */
export type Ms = Brand<number, "Ms">;
export const Ms = (value: number): Ms => value as Ms;

/** The moment `duration` after `time`. */
export const after = (time: MonotonicMs, duration: number): MonotonicMs => MonotonicMs(time + duration);

/** Milliseconds on a movie's own timeline: 0 is its first frame. */
export type MediaTime = Brand<number, "MediaTime">;
export const MediaTime = (value: number): MediaTime => value as MediaTime;
