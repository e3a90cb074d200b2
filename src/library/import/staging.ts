import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fault } from "../../base/errors.ts";
import type { Fault } from "../../base/errors.ts";
import { makeFolders } from "../disk/folders.ts";

/** What an import leaves in a folder. A folder with anything else in it is never replaced. */
const IMPORTED = /^(?:\d+\.(?:ppm|png|jpg)|movie\.json|\..*)$/;

/**
 * A movie that is being made: a hidden folder beside its place, so that one rename makes all of it appear.
 * Ends with `publish` or `discard`.
 */
export class Staging {
  /** Where the movie's files go. */
  readonly folder: string;
  readonly #target: string;
  /** The uppermost folder that had to be made, to be taken away again when nothing comes of it. */
  readonly #made: string | undefined;

  private constructor(folder: string, target: string, made: string | undefined) {
    this.folder = folder;
    this.#target = target;
    this.#made = made;
  }

  /**
   * Begins to make the movie of folder `library`/`parts`.
   * @throws MOVIE_EXISTS when it is there, unless it is to be replaced and an import made it
   * @throws LIBRARY_UNWRITABLE when a folder cannot be made
   */
  static async open(library: string, parts: readonly string[], { replace }: Replacing): Promise<Staging> {
    const target = join(library, ...parts);
    await checkPlace(target, { replace });
    try {
      const made = await makeFolders(dirname(target));
      const folder = hiddenBeside(target, "importing");
      await mkdir(folder);
      return new Staging(folder, target, made);
    } catch (cause) {
      throw unwritable(target, cause);
    }
  }

  /**
   * Puts the movie in its place. What was there goes last of all, and comes back if the new one cannot be put
   * there.
   */
  async publish({ replace }: Replacing): Promise<void> {
    await checkPlace(this.#target, { replace });
    const old = replace ? await setAside(this.#target) : undefined;
    try {
      await rename(this.folder, this.#target);
    } catch (cause) {
      if (old !== undefined) await rename(old, this.#target);
      throw unwritable(this.#target, cause);
    }
    if (old !== undefined) await rm(old, { recursive: true, force: true });
  }

  /** Takes away everything that the import has made. */
  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    if (this.#made === undefined) return;
    for (let folder = dirname(this.#target); folder.length >= this.#made.length; folder = dirname(folder))
      if (!(await removeEmpty(folder))) return;
  }
}

/** Whether a movie that is there already gives way. */
type Replacing = { readonly replace: boolean };

/**
 * A new name beside the target that listings leave out. Process numbers come again, in containers at once.
 */
function hiddenBeside(target: string, purpose: string): string {
  const random = randomBytes(4).toString("hex");
  return join(dirname(target), `.${basename(target)}.${purpose}-${process.pid}-${random}`);
}

async function checkPlace(target: string, { replace }: Replacing): Promise<void> {
  if (!(await isThere(target))) return;
  if (!replace) throw exists(target, "choose another name, or --force");
  const entries = await readdir(target, { withFileTypes: true }).catch((cause: unknown) => {
    throw unwritable(target, cause);
  });
  const other = entries.find((entry) => !entry.isFile() || !IMPORTED.test(entry.name));
  if (other !== undefined)
    throw exists(target, `it has "${other.name}" in it, which no import made, and is not replaced`);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function exists(target: string, advice: string): Fault {
  return fault("MOVIE_EXISTS", `found ${target}: ${advice}`);
}

function unwritable(target: string, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return fault("LIBRARY_UNWRITABLE", `the movie could not be put at ${target}: ${why}`, cause);
}

/** Moves what is there to a hidden name, which is returned; undefined when nothing is there. */
async function setAside(target: string): Promise<string | undefined> {
  if (!(await isThere(target))) return undefined;
  const old = hiddenBeside(target, "replaced");
  await rename(target, old);
  return old;
}

async function removeEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}
