import { readFileSync } from "node:fs";

/** The version in the package's own description: the same in a checkout and where it is installed. */
export function productVersion(): string {
  const text = readFileSync(new URL(import.meta.resolve("mutoscope/package.json")), "utf8");
  const { version }: { version?: unknown } = JSON.parse(text) as object;
  return String(version);
}
