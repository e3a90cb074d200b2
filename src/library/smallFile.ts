import { open } from "node:fs/promises";
import { fault } from "../base/errors.ts";
import { OPEN_WITHOUT_WAITING, systemCode } from "./place.ts";

/**
 * The text of a file of settings, of at most `limit` bytes.
 * @throws SETTING_INVALID when it cannot be read, is larger, or is not UTF-8
 */
export async function readSmallFile(path: string, limit: number): Promise<string> {
  const bytes = await readUpTo(path, limit + 1);
  if (bytes.length > limit) {
    throw fault("SETTING_INVALID", `found more than ${limit} bytes, expected a few settings`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fault("SETTING_INVALID", "found bytes that are not UTF-8, expected a few settings", cause);
  }
}

async function readUpTo(path: string, length: number): Promise<Uint8Array> {
  try {
    await using file = await open(path, OPEN_WITHOUT_WAITING);
    const { size } = await file.stat();
    const buffer = new Uint8Array(Math.min(Math.max(size + 1, 1), length));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } catch (error) {
    throw fault("SETTING_INVALID", `the file could not be read: ${systemCode(error)}`, error);
  }
}
