import type { Image, Order } from "./order.ts";
import { decodePicture, measurePicture } from "./decode.ts";
import { blankImage, readShape, readNetpbm } from "./netpbm.ts";
import { readWhole } from "./read.ts";

/** Makes the image that is ordered. @throws a fault with a FRAME_ code */
export async function makeImage(order: Order): Promise<Image> {
  return order.variant === "black" ? blackImage(order) : originalImage(order);
}

async function originalImage({ source, format, limit }: Order): Promise<Image> {
  if (format === "netpbm") return readNetpbm(source, limit);
  return decodePicture(readWhole(source, limit), limit);
}

async function blackImage({ source, format, limit }: Order): Promise<Image> {
  if (format === "netpbm") return blankImage(readShape(source), limit);
  return blankImage(await measurePicture(readWhole(source, limit), limit), limit);
}
