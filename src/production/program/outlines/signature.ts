import { fault } from "../../../base/errors.ts";

/** What a file must begin with. @throws FRAME_CORRUPT */
export function requireSignature(isThere: boolean, format: string): void {
  if (!isThere) throw fault("FRAME_CORRUPT", `found no signature of ${format} at the beginning of the file`);
}
