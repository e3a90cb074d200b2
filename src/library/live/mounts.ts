import { readFileSync } from "node:fs";

/** A file system of another machine, or of a program: the system cannot tell what others change in it. */
const NETWORK = "other machines change it, and the system is not told";
const HOST = "the host of this virtual machine changes it, and the system is not told";
const PROGRAM = "a program stands behind it, and what changes there is not told";

/** Types of file systems that are polled, as `mount` names them, and why. */
const POLLED: ReadonlyMap<string, string> = new Map([
  // What autofs mounts on demand is nearly always one of the others, and looking may take as long.
  ...asPolled("nfs nfs4 cifs smb2 smb3 smbfs ncpfs afs coda ceph glusterfs lustre beegfs gpfs", NETWORK),
  ...asPolled("panfs orangefs pvfs2 gfs2 ocfs2 acfs davfs autofs", NETWORK),
  ...asPolled("9p vboxsf vmhgfs prl_fs virtiofs fakeowner", HOST),
  ...asPolled("fuse", PROGRAM),
]);

function asPolled(types: string, why: string): [string, string][] {
  return types.split(" ").map((type) => [type, why]);
}

/** A file system and where it lies. */
export type Mount = {
  /** The folder that it is mounted on, absolute. */
  readonly point: string;
  /** As `mount` names it: `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly type: string;
  /** Why it is polled; undefined where the system tells of changes. */
  readonly polled: string | undefined;
};

/** Why a type of file system is polled; undefined where the system tells of changes. */
export function pollingReason(type: string): string | undefined {
  // `fuse.sshfs`, `fuse.rclone` …; `fuseblk` is a disk of this machine.
  return POLLED.get(type) ?? (type.startsWith("fuse.") ? POLLED.get("fuse") : undefined);
}

/**
 * Reads `/proc/self/mountinfo` (proc(5)): `36 35 98:0 /root /point options … - type source options`. Lines
 * that are no such are passed over.
 */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const point = fields[4];
    const type = fields[fields.indexOf("-", 6) + 1];
    if (point === undefined || type === undefined || !fields.includes("-", 6)) return [];
    return [{ point: unescape(point), type, polled: pollingReason(type) }];
  });
}

/** Space, tab, line feed and backslash are written as three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The mount that a path lies on; of several on one folder, the last hides the others. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = mount.point === "/" || path === mount.point || path.startsWith(`${mount.point}/`);
    if (isAbove && mount.point.length >= (found?.point.length ?? 0)) found = mount;
  }
  return found;
}

/**
 * The mounts of this machine. Only Linux tells; elsewhere none are known, and the setting `watch` decides.
 */
export function readMounts(): readonly Mount[] {
  try {
    return parseMounts(readFileSync("/proc/self/mountinfo", "utf8"));
  } catch {
    return [];
  }
}
