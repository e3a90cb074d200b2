import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a peer is told: node bench/peers/PEER.ts PORT FOLDER FRAMES FPS. Frames are FOLDER/1.jpg and on. */
export type Pictures = { readonly port: number; readonly frames: readonly Buffer[]; readonly fps: number };

const MS = 1000;

export async function readArguments(): Promise<Pictures> {
  const [port, folder = "", count, fps] = process.argv.slice(2);
  const numbers = Array.from({ length: Number(count) }, (_, index) => index + 1);
  const frames = await Promise.all(numbers.map((number) => readFile(join(folder, `${number}.jpg`))));
  return { port: Number(port), frames, fps: Number(fps) };
}

/** Shows one picture after the other for ever, each at its time: a tick that is late makes no other late. */
export function pace({ frames, fps }: Pictures, show: (picture: Buffer) => void): void {
  const began = performance.now();
  let message = 0;
  const tick = (): void => {
    const picture = frames[message % frames.length];
    if (picture !== undefined) show(picture);
    message += 1;
    setTimeout(tick, Math.max(0, began + (message * MS) / fps - performance.now()));
  };
  tick();
}
