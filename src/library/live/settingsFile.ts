import { stat } from "node:fs/promises";
import { Fault, fault } from "../../base/errors.ts";
import { events } from "../../base/events.ts";
import type { Ms } from "../../base/units.ts";
import { quote } from "../../wire/quote.ts";
import { leaveBehind } from "../disk/stuck.ts";
import type { Catalogue } from "../log.ts";
import type { MovieDescription } from "../movieDescription.ts";
import { readMovieSettings } from "../movieSettings.ts";
import { nearMovie } from "../nearMovie.ts";

/** What is said of movies, by their full names. */
export type MovieSettings = ReadonlyMap<string, MovieDescription>;

/**
 * Names of no movie that are told one by one; of the rest only how many. Each is compared with many names.
 */
const TOLD_NAMES = 20;

/** Who is told what the file says, and whose movies it may name. */
export type Described = Pick<Catalogue, "movies" | "find"> & {
  describeByName(settings: MovieSettings): void;
};

/**
 * The file of the setting `movies`. It is looked at again and again, and read when it has changed: a new
 * version that cannot be read is told of, and the one before counts on.
 */
export class SettingsFile {
  readonly #path: string;
  #settings: MovieSettings = new Map();
  /** The version that was read, or tried. */
  #known = "";
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Reads it. @throws SETTING_INVALID */
  static async open(path: string): Promise<SettingsFile> {
    const file = new SettingsFile(path);
    if (path === "") return file;
    file.#known = await file.#look();
    try {
      file.#settings = await file.#read();
    } catch (error) {
      if (error instanceof Fault) throw fault(error.code, `--movies ${path}: ${error.message}`, error);
      throw error;
    }
    return file;
  }

  /** What it says. */
  get settings(): MovieSettings {
    return this.#settings;
  }

  /** Tells of names that are no movie's, of a library that has been looked through. */
  check(catalogue: Pick<Catalogue, "movies" | "find">): void {
    const strangers = [...this.#settings.keys()].filter((name) => catalogue.find(name) === undefined);
    for (const name of strangers.slice(0, TOLD_NAMES)) {
      const near = nearMovie(name, catalogue);
      const advice = near === undefined ? "" : `, did you mean ${quote(near)}?`;
      this.#tell(fault("MOVIE_NOT_FOUND", `found no movie ${quote(name)}${advice}`));
    }
    const more = strangers.length - TOLD_NAMES;
    if (more > 0) this.#tell(fault("MOVIE_NOT_FOUND", `found no movie for ${more} more names`));
  }

  /** Looks at it from now on, until closed. */
  follow(catalogue: Described, every: Ms): void {
    if (this.#path === "" || this.#isClosed) return;
    const lookAgain = async (before: string): Promise<void> => {
      const seen = await this.#look();
      if (this.#isClosed) return;
      // A version that two looks have seen is not being written.
      if (seen !== this.#known && seen === before) await this.#readAnew(seen, catalogue);
      if (!this.#isClosed) this.#timer = setTimeout(() => void lookAgain(seen), every).unref();
    };
    void lookAgain(this.#known);
  }

  /** May be called twice. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #readAnew(version: string, catalogue: Described): Promise<void> {
    this.#known = version;
    try {
      const settings = await this.#read();
      if (this.#isClosed) return;
      this.#settings = settings;
      catalogue.describeByName(settings);
      this.check(catalogue);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#tell(fault(error.code, `${error.message}; what it said before counts on`));
    }
  }

  async #read(): Promise<MovieSettings> {
    const { description, faults } = await readMovieSettings(this.#path);
    for (const each of faults) this.#tell(each);
    return description;
  }

  /** Which version lies there; the empty text when none can be seen. */
  async #look(): Promise<string> {
    const found = stat(this.#path, { bigint: true });
    // Its mount may hang, and the runtime waits at its end for whoever asks there.
    leaveBehind(found);
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await found;
      return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
    } catch {
      return ""; // why, reading it tells
    }
  }

  #tell({ code, message }: Fault): void {
    events.entryLeftOut.publish({ path: this.#path, code, detail: message });
  }
}
