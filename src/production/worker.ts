import { createHash } from "node:crypto";
import { threadId } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { Fault } from "../base/errors.ts";
import type { Answer, Order, Product } from "./order.ts";
import { makeImage } from "./picture.ts";

/**
 * The entry of a worker's thread: makes one image at a time. Without an order it answers at once, which
 * tells that it has started. A fault of the world is an answer; anything thrown is a bug of ours.
 */
export async function produce(order: Order | undefined): Promise<unknown> {
  if (order === undefined) return undefined;
  try {
    return handedOver(await makeProduct(order));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { fault: { code: error.code, detail: error.message } } satisfies Answer;
  }
}

async function makeProduct(order: Order): Promise<Product> {
  const image = await makeImage(order);
  const digest = new Uint8Array(createHash("sha256").update(image.bytes).digest());
  return { bytes: image.bytes, headerBytes: image.headerBytes, digest, worker: threadId };
}

/** The image's buffer goes to the other thread itself; nothing is copied and nothing stays here. */
function handedOver(product: Product): unknown {
  return move({
    [transferableSymbol]: [product.bytes.buffer],
    [valueSymbol]: { product } satisfies Answer,
  });
}
