import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { FileNode } from "../../base/file-tree.ts";
import { FuseFileServer } from "../../machine/fuse/fuse-file-server.ts";
import { FUSE_ROOT_ID, O_RDWR } from "../../machine/fuse/protocol.ts";
import { FuseClient, text, u32, u64 } from "../../machine/fuse/testing/fuse-client.ts";
import { SharedDirectory, ShareError } from "./shared-directory.ts";

let base = "";
let share = "";
let tree: SharedDirectory;

const onLinux = test.skipIf(!fs.existsSync("/proc/self/fd"));

beforeEach(() => {
  base = fs.mkdtempSync(join(tmpdir(), "strata-share-"));
  share = join(base, "share");
  fs.mkdirSync(join(share, "a/b"), { recursive: true });
  fs.writeFileSync(join(share, "a/b/file"), "inside");
  fs.mkdirSync(join(base, "outside/b"), { recursive: true });
  fs.writeFileSync(join(base, "outside/b/file"), "SECRET");
  tree = new SharedDirectory(share, 0);
});

afterEach(() => {
  tree.close();
  fs.rmSync(base, { recursive: true });
});

function get<T>(outcome: Outcome<T>): T {
  if (failed(outcome)) throw new Error(outcome.errno);
  return outcome;
}

const walk = (...names: string[]): FileNode =>
  names.reduce((node: FileNode, name) => get(node.lookup(utf8(name))), tree.root);

function contents(node: FileNode): string {
  const file = get(node.open({ read: true, write: false, truncate: false }));
  const into = new Uint8Array(100);
  const count = get(file.read(0, into));
  file.close();
  return fromUtf8(into.subarray(0, count));
}

/** Closes the descriptor that is kept for a node, as happens to those not used for long. */
const evict = (node: FileNode) => tree.drop(node as SharedDirectory["root"]);

const writing = { read: true, write: true, truncate: false };

onLinux("reads, writes and lists what is in it", () => {
  expect(contents(walk("a", "b", "file"))).toBe("inside");
  const { node, file } = get(walk("a").create(utf8("new"), 0o6755, writing, true));
  expect(get(file.write(3, utf8("xyz")))).toBe(3);
  expect(get(file.truncate(5))).toBeUndefined();
  file.close();
  expect(fs.readFileSync(join(share, "a/new"), "latin1")).toBe("\0\0\0xy");
  expect(fs.statSync(join(share, "a/new")).mode & 0o7777).toBe(0o755);
  expect(get(node.attributes())).toMatchObject({ size: 5n, mode: 0o100755, uid: 0, gid: 0 });
  expect(walk("a").create(utf8("new"), 0o644, writing, true)).toEqual({ errno: "EEXIST" });
  const directory = get(walk("a").openDirectory());
  get(directory.rewind());
  const names = directory.entries.map(({ name, type }) => `${fromUtf8(name)} ${type}`).sort();
  expect(names).toEqual(["b 4", "new 8"]);
});

onLinux("changes attributes, of links themselves too", () => {
  const link = get(tree.root.makeSymlink(utf8("link"), utf8("../outside/b/file")));
  const before = fs.statSync(join(base, "outside/b/file"));
  get(link.change({ atime: 1_000_000_000n, mtime: 2_500_000_000n }));
  link.change({ mode: 0o777, uid: 0 });
  expect(fs.lstatSync(join(share, "link")).mtimeMs).toBe(2500);
  expect(fs.statSync(join(base, "outside/b/file"))).toMatchObject({
    mtimeMs: before.mtimeMs,
    mode: before.mode,
  });
  const file = walk("a", "b", "file");
  expect(get(file.change({ mode: 0o4600, size: 3, mtime: 7_000_000_000n }))).toMatchObject({
    mode: 0o100600,
    size: 3n,
    mtime: 7_000_000_000n,
  });
  expect(contents(file)).toBe("ins");
});

onLinux("symbolic links are read, never followed", () => {
  fs.symlinkSync("../outside", join(share, "out"));
  fs.symlinkSync(join(base, "outside/b/file"), join(share, "secret"));
  const out = walk("out");
  expect(fromUtf8(get(out.readLink()))).toBe("../outside");
  expect(out.lookup(utf8("b"))).toEqual({ errno: "ENOTDIR" });
  expect(out.openDirectory()).toEqual({ errno: "ENOTDIR" });
  expect(out.create(utf8("x"), 0o644, writing, false)).toEqual({ errno: "ENOTDIR" });
  expect(out.makeDirectory(utf8("x"), 0o755)).toEqual({ errno: "ENOTDIR" });
  const secret = walk("secret");
  expect(secret.open({ read: true, write: false, truncate: false })).toEqual({ errno: "ELOOP" });
  expect(secret.change({ size: 0 })).toEqual({ errno: "ELOOP" });
  expect(tree.root.create(utf8("secret"), 0o644, { ...writing, truncate: true }, false)).toEqual({
    errno: "ELOOP",
  });
  expect(fs.readFileSync(join(base, "outside/b/file"), "utf8")).toBe("SECRET");
  expect(fs.readdirSync(join(base, "outside"))).toEqual(["b"]);
});

onLinux("a directory that becomes a link meanwhile leads nowhere", () => {
  const directory = walk("a", "b");
  const file = walk("a", "b", "file");
  fs.renameSync(join(share, "a"), join(share, "moved"));
  fs.symlinkSync(join(base, "outside"), join(share, "a"));
  // What is held is what it was.
  expect(contents(file)).toBe("inside");
  expect(contents(get(directory.lookup(utf8("file"))))).toBe("inside");
});

onLinux("an inode that has to be found again, and is another one, is stale", () => {
  const file = walk("a", "b", "file");
  const directory = walk("a", "b");
  for (const node of [file, directory, walk("a")]) evict(node);
  fs.rmSync(join(share, "a/b"), { recursive: true });
  fs.symlinkSync(join(base, "outside/b"), join(share, "a/b"));
  expect(directory.lookup(utf8("file"))).toEqual({ errno: "ESTALE" });
  expect(file.attributes()).toEqual({ errno: "ESTALE" });
  expect(file.open({ read: true, write: false, truncate: false })).toEqual({ errno: "ESTALE" });
});

onLinux("no race of renames shows anything outside", async () => {
  const script = "while :; do mv a x; ln -s ../outside a; rm a; mv x a; done 2>/dev/null & echo $!; wait";
  const { spawn } = await import("node:child_process");
  const child = spawn("sh", ["-c", `cd "$1" && ${script}`, "sh", share], { detached: true, stdio: "ignore" });
  try {
    const seen = new Set<string>();
    const end = performance.now() + 1500;
    while (performance.now() < end) {
      const a = tree.root.lookup(utf8("a"));
      const b = failed(a) ? a : a.lookup(utf8("b"));
      const file = failed(b) ? b : b.lookup(utf8("file"));
      const open = failed(file) ? file : file.open({ read: true, write: false, truncate: false });
      if (failed(open)) seen.add(open.errno);
      else {
        const into = new Uint8Array(10);
        const count = get(open.read(0, into));
        open.close();
        seen.add(fromUtf8(into.subarray(0, count)));
      }
    }
    expect(seen).toContain("inside");
    expect(seen).not.toContain("SECRET");
  } finally {
    process.kill(-(child.pid ?? 0), "SIGKILL");
  }
});

onLinux("devices and FIFOs cannot be opened", () => {
  execFileSync("mkfifo", [join(share, "fifo")]);
  const fifo = walk("fifo");
  expect(get(fifo.attributes()).mode & 0o170000).toBe(0o010000);
  expect(fifo.open({ read: true, write: false, truncate: false })).toEqual({ errno: "EACCES" });
  expect(tree.root.create(utf8("fifo"), 0o644, writing, false)).toEqual({ errno: "EACCES" });
});

onLinux("hard links are one inode, whose name may change", () => {
  const file = walk("a", "b", "file");
  expect(get(tree.root.link(utf8("second"), file))).toBe(file);
  expect(get(file.attributes()).nlink).toBe(2);
  get(walk("a", "b").unlink(utf8("file")));
  evict(file);
  expect(contents(file)).toBe("inside");
  get(tree.root.rename(utf8("second"), walk("a"), utf8("third"), false));
  evict(file);
  expect(contents(file)).toBe("inside");
  expect(tree.root.rename(utf8("a"), tree.root, utf8("a"), true)).toEqual({ errno: "EEXIST" });
  expect(tree.root.rename(utf8("a"), walk("a", "b"), utf8("x"), false)).toEqual({ errno: "EINVAL" });
  expect(walk("a").removeDirectory(utf8("b"))).toBeUndefined();
  expect(tree.root.removeDirectory(utf8("a"))).toEqual({ errno: "ENOTEMPTY" });
});

onLinux("keeps a bounded number of descriptors", () => {
  const nodes: FileNode[] = [];
  for (let index = 0; index < 2000; index++) {
    fs.writeFileSync(join(share, `f${index}`), String(index));
    nodes.push(walk(`f${index}`));
    expect(tree.descriptors).toBeLessThanOrEqual(513);
  }
  expect(nodes.map(contents)).toEqual(nodes.map((_, index) => String(index)));
  for (const node of nodes) node.release();
  expect(tree.descriptors).toBe(0);
});

onLinux("names may be any bytes", () => {
  const name = Uint8Array.of(0xff, 0xfe, 0x0a);
  get(tree.root.create(name, 0o644, writing, true)).file.close();
  const directory = get(tree.root.openDirectory());
  get(directory.rewind());
  expect(directory.entries.some((entry) => Buffer.compare(entry.name, name) === 0)).toBe(true);
  expect(failed(tree.root.lookup(name))).toBe(false);
});

onLinux("serves a guest through FUSE", () => {
  const client = new FuseClient(new FuseFileServer(tree));
  const a = client.entry("LOOKUP", FUSE_ROOT_ID, [text("a")]);
  const made = client.entry("CREATE", a.id, [u32(O_RDWR), u32(0o600), u32(0), u32(0), text("hello")]);
  const handle = client.open(made.id, O_RDWR);
  client.write(made.id, handle, 0, "hello");
  expect(fs.readFileSync(join(share, "a/hello"), "utf8")).toBe("hello");
  expect(client.call("RENAME", a.id, [u64(FUSE_ROOT_ID), text("hello"), text("top")]).error).toBe(0);
  expect(fs.readFileSync(join(share, "top"), "utf8")).toBe("hello");
  expect(client.call("STATFS", FUSE_ROOT_ID, []).error).toBe(0);
});

onLinux("what cannot be shared is refused", () => {
  expect(() => new SharedDirectory(join(base, "absent"))).toThrow(ShareError);
  expect(() => new SharedDirectory(join(share, "a/b/file"))).toThrow("ENOTDIR");
});
