import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mountOf, parseMounts, pollingReason } from "./mounts.ts";

const ROOT = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw";

describe("the table of mounts", () => {
  // Whoever renders onto a file server must see new frames without asking for it.
  const lines: readonly (readonly [line: string, point: string, type: string, isPolled: boolean])[] = [
    [ROOT, "/", "ext4", false],
    ["36 27 0:44 / /mnt/r rw shared:7 - nfs4 srv:/r rw,vers=4.2", "/mnt/r", "nfs4", true],
    ["36 27 0:44 / /mnt/r rw shared:7 master:2 - nfs srv:/r rw", "/mnt/r", "nfs", true],
    ["36 27 0:44 / /mnt/s rw - cifs //srv/s rw,vers=3.1.1", "/mnt/s", "cifs", true],
    ["36 27 0:44 / /mnt/s rw - smb3 //srv/s rw", "/mnt/s", "smb3", true],
    ["36 27 0:44 / /home/a/my\\040disk rw - fuse.sshfs a@b: rw", "/home/a/my disk", "fuse.sshfs", true],
    ["36 27 0:44 / /m rw - fuse.rclone bucket: rw", "/m", "fuse.rclone", true],
    ["36 27 0:44 / /m rw - fuse.glusterfs srv:/v rw", "/m", "fuse.glusterfs", true],
    ["36 27 8:17 / /media/usb rw - fuseblk /dev/sdb1 rw", "/media/usb", "fuseblk", false],
    ["36 27 0:44 / /mnt/c rw - 9p drvfs rw,aname=drvfs", "/mnt/c", "9p", true],
    ["36 27 0:44 / /media/sf_x rw - vboxsf x rw", "/media/sf_x", "vboxsf", true],
    ["36 27 0:44 / /data rw - virtiofs data rw", "/data", "virtiofs", true],
    ["36 27 0:44 / /c rw - ceph 10.0.0.1:/ rw", "/c", "ceph", true],
    ["36 27 0:44 / /l rw - lustre mgs@tcp:/l rw", "/l", "lustre", true],
    ["36 27 0:44 / /b rw - beegfs beegfs_nodev rw", "/b", "beegfs", true],
    ["36 27 0:44 / /afs rw - afs none rw", "/afs", "afs", true],
    ["36 27 0:44 / /net rw - autofs -hosts rw", "/net", "autofs", true],
    ["36 27 0:30 / /t rw - tmpfs tmpfs rw", "/t", "tmpfs", false],
    ["36 27 0:30 / /o rw - overlay overlay rw,lowerdir=/l", "/o", "overlay", false],
    ["36 27 254:0 /srv/x /b rw - xfs /dev/vdb rw", "/b", "xfs", false],
    ["36 27 0:30 / /tab\\011back\\134slash rw - btrfs /dev/vdb rw", "/tab\tback\\slash", "btrfs", false],
  ];
  for (const [line, point, type, isPolled] of lines) {
    it(`${type} on ${JSON.stringify(point)} is ${isPolled ? "polled" : "watched"}`, () => {
      const [mount] = parseMounts(line);
      assert.deepEqual(
        { point: mount?.point, type: mount?.type, isPolled: mount?.polled !== undefined },
        { point, type, isPolled },
      );
    });
  }

  // The kernel may add fields; a table that cannot be read must not keep a server from starting.
  it("passes over what is no line of it", () => {
    for (const text of ["", "\n\n", "36 27 0:44 /", "x - y", "1 2 3 4 5 6 7 8 9", "36 27 0:44 / /m rw -"]) {
      assert.deepEqual(parseMounts(text), [], text);
    }
  });

  // A disk of this machine may be mounted below a file server's folder, and the other way round.
  it("a path lies on the nearest mount above it, and on the last of those on one folder", () => {
    const mounts = parseMounts(
      [
        ROOT,
        "1 1 0:1 / /mnt/r rw - nfs4 s:/ rw",
        "1 1 0:2 / /mnt/r/local rw - ext4 /dev/b rw",
        "1 1 0:3 / /two rw - ext4 /dev/c rw",
        "1 1 0:4 / /two rw - cifs //s/t rw",
      ].join("\n"),
    );
    const typeAt = (path: string) => mountOf(mounts, path)?.type;
    assert.equal(typeAt("/mnt/r"), "nfs4");
    assert.equal(typeAt("/mnt/r/shots/sh010"), "nfs4");
    assert.equal(typeAt("/mnt/r/local/a"), "ext4");
    assert.equal(typeAt("/mnt/render"), "ext4");
    assert.equal(typeAt("/two/a"), "cifs");
    assert.equal(mountOf([], "/a"), undefined);
  });

  it("says why a file system is polled", () => {
    assert.match(pollingReason("nfs4") ?? "", /other machines/);
    assert.equal(pollingReason("ext4"), undefined);
  });
});
