import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import sharp from "sharp";
import { makeFolder, upTo } from "./movies.ts";
import { serve } from "./server.ts";
import { Viewer } from "./viewer.ts";
import { ask } from "./web.ts";
import { WebViewer } from "./webViewer.ts";

// Evidence must not depend on how one looks at it: every surface shows the same frames, decoded once.
it("the same frame is the same bytes over the classic protocol, HTTP and WebSocket", async (test) => {
  const folder = makeFolder(test);
  const size = { width: 61, height: 43 };
  for (const number of upTo(3)) {
    const raw = Buffer.from(
      Array.from({ length: size.width * size.height * 3 }, (_, at) => (at * number * 7) % 251),
    );
    await sharp(raw, { raw: { ...size, channels: 3 } })
      .png()
      .toFile(join(folder, `sw.${number}.png`));
  }
  const server = await serve(test, folder);
  const classic = await Viewer.open(test, server.classic.port);
  classic.send("me:3:start_movie:sw\n");
  const viewer = await WebViewer.open(test, server);
  viewer.play();
  await viewer.next("receipt");
  for (const [index, { bytes }] of (await classic.frames(3)).entries()) {
    const web = await ask(server, `/movies/sw/frames/${index + 1}.ppm`);
    assert.ok(web.body.equals(bytes), `frame ${index + 1} over HTTP`);
    const { bytes: own = new Uint8Array(0), header } = viewer.frames[index] ?? assert.fail("no frame");
    assert.ok(Buffer.from(own).equals(bytes), `frame ${index + 1} over WebSocket`);
    assert.deepEqual([header.width, header.height, header.format], [size.width, size.height, "ppm"]);
  }
});
