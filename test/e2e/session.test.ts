import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type Socket, connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { block, bytesOf, readPage } from "../documents/page.ts";
import { makeFolder } from "./movies.ts";
import { serve } from "./server.ts";

type Turn = { readonly sent: string; readonly received: string };

/** Each `>` line of the page's session with the `<` lines behind it. */
function turns(lines: readonly string[]): Turn[] {
  const found: { sent: string; received: string }[] = [];
  for (const line of lines) {
    if (line.startsWith("> ")) found.push({ sent: line.slice(2), received: "" });
    else (found.at(-1) ?? { received: "" }).received += line.slice(2);
  }
  return found;
}

async function receive(socket: Socket, count: number): Promise<Buffer> {
  let received = Buffer.alloc(0);
  const signal = AbortSignal.timeout(5000);
  while (received.length < count) {
    const [chunk] = (await once(socket, "data", { signal })) as [Buffer];
    received = Buffer.concat([received, chunk]);
  }
  return received;
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash("sha256").update(Buffer.concat(parts)).digest();

/** The digest of the page's tagged playback, by the definition on the page: frames 2, 2 for 3, and 4. */
function digest(): string {
  const entries = [
    [2, 2],
    [3, 2],
    [4, 4],
  ].flatMap(([number = 0, value = 0]) => {
    const bigEndian = Buffer.alloc(8);
    bigEndian.writeBigInt64BE(BigInt(number));
    return [bigEndian, sha256(Buffer.from("P5\n1 1\n255\n"), Buffer.of(value))];
  });
  return sha256(...entries).toString("hex");
}

// The page's example is what people copy first.
test("the page's session is what this server answers, byte for byte", async (context) => {
  const folder = makeFolder(context);
  for (const number of [1, 2, 4]) {
    writeFileSync(
      join(folder, `dot${number}.pgm`),
      Buffer.concat([Buffer.from("P5\n1 1\n255\n"), Buffer.of(number)]),
    );
  }
  const { classic } = await serve(context, folder);
  const socket = connect(classic.port, "127.0.0.1");
  const page = turns(block(readPage("protocols/classic.md"), "session"));
  assert.ok(page.length > 4);
  for (const { sent, received } of page) {
    const expected = bytesOf(received.replace("DIGEST", digest())).toString("latin1");
    socket.write(bytesOf(sent));
    const answer = await receive(socket, expected.length);
    // Which worker made a frame is not for the page to say.
    const came = answer.toString("latin1").replaceAll(/\d+( 1 \d+ \d+ -?\d+ \d+ [-s] a:)/g, "1$1");
    assert.equal(came, expected, sent);
  }
  await sleep(50);
  assert.equal(socket.read(), null, "something came after the session");
  socket.destroy();
});
