/** A file that is open, or what stands for one. */
export interface OpenFile {
  /** Reads up to `length` bytes from `position` on into the buffer: fewer where the file ends. */
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}
