import { fault } from "../../../base/errors.ts";
import type { FileBytes } from "./bytes.ts";
import { requireSignature } from "./signature.ts";

/** A rectangle of pixels, its last column and row included. */
export type Window = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** What an EXR file says before its pixels. */
export type ExrHeader = {
  /** What is to be seen, and what has been stored: the picture has the size of the former. */
  readonly display: Window;
  readonly data: Window;
  readonly compression: number;
  /** Bytes of all channels of one stored pixel. */
  readonly pixelBytes: number;
  readonly grey: boolean;
  readonly tiles: { readonly width: number; readonly height: number } | undefined;
  /** Where the table of chunks begins. */
  readonly tableAt: number;
};

const SIGNATURE = 20_000_630;
/** Bits of the fourth to sixth byte after the version. */
const TILED = 0x200;
const DEEP = 0x800;
const SEVERAL_PARTS = 0x1000;
/** Characters of a name, the longer ones of version 2 included. */
const LONGEST_NAME = 255;

type Attribute = { readonly at: number; readonly size: number };

/** @throws FRAME_TRUNCATED, FRAME_CORRUPT, or FRAME_UNSUPPORTED for several parts and deep pixels */
export function readExrHeader(file: FileBytes): ExrHeader {
  requireSignature(file.u32(0) === SIGNATURE, "OpenEXR");
  const flags = file.u32(4);
  if ((flags & SEVERAL_PARTS) !== 0) throw fault("FRAME_UNSUPPORTED", "found an EXR file of several parts");
  if ((flags & DEEP) !== 0) throw fault("FRAME_UNSUPPORTED", "found an EXR file of deep pixels");
  const { attributes, end } = readAttributes(file);
  const place = (name: string, size: number): number => {
    const attribute = attributes.get(name);
    if (attribute !== undefined && attribute.size >= size) return attribute.at;
    throw fault("FRAME_CORRUPT", `found an EXR header without ${name}`);
  };
  const channels = readChannels(file, place("channels", 1));
  return {
    display: readWindow(file, place("displayWindow", 16)),
    data: readWindow(file, place("dataWindow", 16)),
    compression: file.u8(place("compression", 1)),
    pixelBytes: channels.pixelBytes,
    grey: channels.names.includes("Y"),
    tiles: (flags & TILED) === 0 ? undefined : readTiles(file, place("tiles", 9)),
    tableAt: end,
  };
}

/** `name 0 type 0 size:u32 …bytes` each, and a byte 0 behind the last. */
function readAttributes(file: FileBytes): { attributes: Map<string, Attribute>; end: number } {
  const attributes = new Map<string, Attribute>();
  let at = 8;
  while (file.u8(at) !== 0) {
    const name = file.name(at, LONGEST_NAME);
    const type = file.name(at + name.length + 1, LONGEST_NAME);
    const start = at + name.length + type.length + 2;
    const size = file.u32(start);
    file.require(start + 4, size);
    // The program goes by the first, too.
    if (!attributes.has(name)) attributes.set(name, { at: start + 4, size });
    at = start + 4 + size;
  }
  return { attributes, end: at + 1 };
}

/** `name 0 kind:i32 …4 bytes across:i32 down:i32` each, and a byte 0 behind the last. */
function readChannels(file: FileBytes, start: number): { names: string[]; pixelBytes: number } {
  const HALF = 1;
  const names: string[] = [];
  let pixelBytes = 0;
  for (let at = start; file.u8(at) !== 0;) {
    const name = file.name(at, LONGEST_NAME);
    names.push(name);
    pixelBytes += file.u32(at + name.length + 1) === HALF ? 2 : 4;
    at += name.length + 17;
  }
  return { names, pixelBytes };
}

function readTiles(file: FileBytes, at: number): { width: number; height: number } {
  const [width, height] = [file.u32(at), file.u32(at + 4)];
  if (width < 1 || height < 1) throw fault("FRAME_CORRUPT", `found tiles of ${width}×${height} pixels`);
  return { width, height };
}

function readWindow(file: FileBytes, at: number): Window {
  const window = {
    left: file.i32(at),
    top: file.i32(at + 4),
    right: file.i32(at + 8),
    bottom: file.i32(at + 12),
  };
  if (window.right >= window.left && window.bottom >= window.top) return window;
  throw fault("FRAME_CORRUPT", "found an EXR window that ends before it begins");
}
