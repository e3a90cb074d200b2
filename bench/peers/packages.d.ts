// What is used of packages that have no types.

declare module "mjpeg-proxy" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export class MjpegProxy {
    constructor(url: string);
    proxyRequest: (this: void, request: IncomingMessage, response: ServerResponse) => void;
  }
}

declare module "mjpeg-server" {
  import type { IncomingMessage, ServerResponse } from "node:http";
  import type { Writable } from "node:stream";

  export function createReqHandler(request: IncomingMessage, response: ServerResponse): Writable;
}
