import type { OutgoingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";

/** Says that answers differ by this field of the request, too: others may have said so of other fields. */
export function varyBy(reply: FastifyReply, field: string): void {
  const before = reply.getHeader("Vary");
  void reply.header("Vary", before === undefined ? field : `${String(before)}, ${field}`);
}

/** What the framework's plugins have put into a head that will be written without the framework. */
export function headersOf(reply: FastifyReply): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [
      name,
      typeof value === "number" ? String(value) : value,
    ]),
  );
}
