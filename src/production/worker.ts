import type { MessagePort } from "node:worker_threads";
import { once } from "node:events";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { tidy } from "./diskTidy.ts";
import type { Answer, Order, RunAnswer, RunOrder, RunWord, WorkerOrder } from "./order.ts";
import { answerTo } from "./product.ts";

/** What makes one image. */
type Make = (order: Order) => Promise<Answer>;

/**
 * The entry of a worker's thread: makes one image at a time. Without an order it answers at once, which
 * tells that it has started.
 */
export function produce(order: WorkerOrder | undefined): Promise<unknown> {
  return produceWith(order, answerTo);
}

/** The same, with what makes each image: tests have it hang and die. */
export async function produceWith(order: WorkerOrder | undefined, make: Make): Promise<unknown> {
  if (order === undefined) return undefined;
  if ("orders" in order) return makeRun(order, make);
  if ("goal" in order) return tidy(order);
  const answer = await make(order);
  const buffer = bufferOf(answer);
  return buffer === undefined ? answer : handedOver(answer, buffer);
}

/** Each answer is taken before the next frame is made: however large they are, one waits at most. */
async function makeRun({ orders, port }: RunOrder, make: Make): Promise<void> {
  try {
    for (const [index, order] of orders.entries()) {
      const answer = await make(order);
      if ((await say(port, { index, answer })) === "stop") break;
    }
  } finally {
    port.close();
  }
}

async function say(port: MessagePort, answer: RunAnswer): Promise<RunWord> {
  const heard = once(port, "message") as Promise<[RunWord]>;
  const buffer = bufferOf(answer.answer);
  port.postMessage(answer, buffer === undefined ? [] : [buffer]);
  const [word] = await heard;
  return word;
}

/** The memory of what was made, which nothing else lies in. */
function bufferOf(answer: Answer): ArrayBuffer | undefined {
  if ("product" in answer) return answer.product.bytes.buffer;
  return "inspected" in answer ? answer.inspected.bytes.buffer : undefined;
}

/** The image's buffer goes to the other thread itself; nothing is copied and nothing stays here. */
function handedOver(answer: Answer, buffer: ArrayBuffer): unknown {
  return move({ [transferableSymbol]: [buffer], [valueSymbol]: answer });
}
