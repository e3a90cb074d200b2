import { formatRate } from "../base/rate.ts";
import type { FrameLog, RunningServer } from "../main.ts";

/** What commands for users are made from. */
type Server = Pick<RunningServer, "classic" | "request">;

/** A shell command that asks for a movie and writes its frames to standard output. */
export function requestCommand(log: FrameLog, server: Server): string {
  const { host, port } = server.classic;
  return `printf ${shellQuote(printfFormat(server.request(log)))} | nc -N ${reachable(host)} ${port}`;
}

/** A shell command that shows a movie at its own rate. */
export function watchCommand(log: FrameLog, server: Server): string {
  return `${requestCommand(log, server)} | ffplay -f image2pipe -framerate ${formatRate(log.rate)} -`;
}

/** A shell command that keeps a movie as one file of many images. */
export function keepCommand(log: FrameLog, server: Server): string {
  return `${requestCommand(log, server)} > movie.ppm`;
}

/** Where a movie is over HTTP: its page, and what other players take. Nowhere when HTTP is off. */
export function movieUrls({ name }: FrameLog, { http }: Pick<RunningServer, "http">): string[] {
  if (http === undefined) return [];
  const segment = encodeURIComponent(name);
  return [`${serverUrl(http)}/watch/${segment}`, `${serverUrl(http)}/movies/${segment}.mjpeg`];
}

/** Where this machine reaches a server's HTTP. */
export function serverUrl({ host, port }: NonNullable<RunningServer["http"]>): string {
  const name = reachable(host);
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Whether only this machine can connect to an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** The address at which this machine reaches itself: "every address" is none to connect to. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

/** `printf` takes `%` and `\` in its format for its own. */
function printfFormat(request: string): string {
  return request.replaceAll("\\", "\\\\").replaceAll("%", "%%").replaceAll("\n", "\\n");
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
