import { mkdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it that are not there. Each is tried once: the platform's own way tries for
 * ever where a folder is there and nothing can be made in it (`/proc`).
 * @returns the topmost folder that was made; undefined when there was nothing to make
 * @throws the system's error
 */
export async function makeFolders(path: string): Promise<string | undefined> {
  const folder = resolve(path);
  const outcome = await tryFolder(folder);
  if (outcome !== "nothing above") return outcome === "made" ? folder : undefined;
  const made = await makeFolders(dirname(folder));
  await mkdir(folder);
  return made ?? folder;
}

async function tryFolder(folder: string): Promise<"made" | "there" | "nothing above"> {
  try {
    await mkdir(folder);
    return "made";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return "there";
    if (code === "ENOENT" && dirname(folder) !== folder) return "nothing above";
    throw error;
  }
}

/**
 * As `makeFolders`, for threads that have nothing else to do: private folders, made one by one.
 * @throws the system's error
 */
export function makePrivateFoldersNow(path: string): void {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(folder) === folder) throw error;
    makePrivateFoldersNow(dirname(folder));
    mkdirSync(folder, { mode: 0o700 });
  }
}
