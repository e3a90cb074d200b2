import { watch } from "node:fs";

/** A folder that the system tells of. */
export interface FolderWatcher {
  close(): void;
}

/**
 * Has the system tell of what happens in a folder: the name of an entry, undefined when that is not known,
 * and whether it came, went or only changed. `failed` is called at most once, and nothing is told after it.
 * @throws the system's error when it does not
 */
export type WatchFolder = (
  path: string,
  happened: (name: string | undefined, kind: "rename" | "change") => void,
  failed: (error: unknown) => void,
) => FolderWatcher;

/** The runtime's own: inotify on Linux, FSEvents on macOS, ReadDirectoryChangesW on Windows. */
export const watchFolder: WatchFolder = (path, happened, failed) => {
  const watcher = watch(path, (kind, name) => happened(name ?? undefined, kind));
  watcher.once("error", (error) => {
    watcher.close();
    failed(error);
  });
  return watcher;
};
