import { formatRate } from "../base/rate.ts";
import type { ClassicCommand, ClassicRequest } from "./classic.ts";
import { encodeMovieName } from "./movieName.ts";

/**
 * A request as a client sends it, with its end. The client id must hold neither `:` nor control characters.
 */
export function encodeRequest(request: Pick<ClassicRequest, "client" | "priority" | "command">): string {
  return `${request.client}:${request.priority}:${encodeCommand(request.command)}\n`;
}

function encodeCommand(command: ClassicCommand): string {
  if (command.kind === "stop") {
    return command.movie === undefined ? "stop_movie" : `stop_movie:${encodeMovieName(command.movie)}`;
  }
  const args = [encodeMovieName(command.movie)];
  if (command.kind === "seek") args.push(String(command.frame));
  args.push(command.repeat ? "1" : "0");
  if (command.rate !== undefined) args.push(formatRate(command.rate));
  if (command.tagged) args.push("tagged");
  for (const key of ["from", "to", "contract", "missing", "receipt"] as const) {
    const value = command[key];
    if (value !== undefined) args.push(`${key}=${value}`);
  }
  return `${command.kind}_movie:${args.join(":")}`;
}
