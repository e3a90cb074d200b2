import type { OutgoingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";

/** What the framework's plugins have put into a head that will be written without the framework. */
export function headersOf(reply: FastifyReply): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [
      name,
      typeof value === "number" ? String(value) : value,
    ]),
  );
}
