export { identityKey, readAt, readWhole, shrank, withFrameFile } from "./file/read.ts";
export type { FileIdentity, FrameFile } from "./file/read.ts";
