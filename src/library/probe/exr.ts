import { KiB } from "../../base/units.ts";
import type { Head, Picture } from "./head.ts";

const MAGIC = 0x762f3101;

/** Renderers write some tens of attributes, compositors up to a few hundred. */
const MOST_ATTRIBUTES = 10_000;

/** Names and types have at most 255 letters each. */
const LONGEST_START = 2 * 256 + 4;

/** Layers of channels: some hundred of them. */
const LONGEST_CHANNELS = 64 * KiB;

type Attribute = { readonly name: string; readonly at: number; readonly size: number };

/** The channels of a file: how many bits by name, and whether they are whole numbers. */
type Channels = ReadonlyMap<string, { readonly bits: number; readonly float: boolean }>;

/**
 * OpenEXR; of several parts the first. The size is that of the picture that is shown: its data may be less,
 * or reach beyond it. https://openexr.com/en/latest/OpenEXRFileLayout.html
 */
export async function lookAtExr(head: Head): Promise<Picture> {
  if ((await head.at(0, 8)).getUint32(0) !== MAGIC) throw head.corrupt();
  let window: DataView | undefined;
  let channels: Channels | undefined;
  let position = 8;
  for (let count = 0; count < MOST_ATTRIBUTES; count++) {
    const attribute = await readStart(head, position);
    if (attribute === undefined) throw head.corrupt();
    const { name, at, size } = attribute;
    if (name === "displayWindow") window = await head.at(at, 16);
    if (name === "channels" && size <= LONGEST_CHANNELS)
      channels = readChannels(await head.at(at, size), head);
    if (window !== undefined && channels !== undefined) return pictureOf(window, channels, head);
    position = at + size;
  }
  throw head.corrupt();
}

/** An attribute's name and type, each ended by a zero, and its size; undefined at the header's end. */
async function readStart(head: Head, position: number): Promise<Attribute | undefined> {
  const bytes = await head.upTo(position, LONGEST_START);
  if (bytes[0] === 0) return undefined;
  const name = bytes.indexOf(0);
  const type = name < 0 ? -1 : bytes.indexOf(0, name + 1);
  const length = type < 0 ? LONGEST_START : type + 5;
  const view = await head.at(position, length); // or the file ends
  if (type < 0) throw head.corrupt();
  const size = view.getInt32(type + 1, true);
  if (size < 0) throw head.corrupt();
  return { name: String.fromCharCode(...bytes.subarray(0, name)), at: position + length, size };
}

function readChannels(view: DataView, head: Head): Channels {
  const channels = new Map<string, { bits: number; float: boolean }>();
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const end = bytes.indexOf(0, at);
    if (end < 0 || end + 17 > bytes.length) throw head.corrupt();
    const type = view.getUint32(end + 1, true);
    if (type > 2) throw head.corrupt();
    channels.set(String.fromCharCode(...bytes.subarray(at, end)), {
      bits: type === 1 ? 16 : 32,
      float: type !== 0,
    });
    at = end + 17;
  }
  return channels;
}

function pictureOf(window: DataView, channels: Channels, head: Head): Picture {
  const [left, top, right, bottom] = [0, 4, 8, 12].map((at) => window.getInt32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  const shown = channels.get("R") ?? channels.get("G") ?? channels.get("Y") ?? [...channels.values()][0];
  if (shown === undefined) throw head.corrupt();
  const alpha = channels.has("A") ? 1 : 0;
  const isGrey = !channels.has("R") && !channels.has("RY") && (channels.has("Y") || channels.size === 1);
  const size = { width: right - left + 1, height: bottom - top + 1 };
  return {
    ...size,
    channels: (isGrey ? 1 : 3) + alpha,
    bits: shown.bits,
    ...(shown.float && { float: true }),
  };
}
