import { constants } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";

/** Opening a pipe must not wait for its other end. Windows has neither the flag nor such pipes. */
export const OPEN_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Whether a path lies in a folder or is it. Both without links in them. */
export function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

/** What the system says is wrong, without the path, which is nobody's business. */
export function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
