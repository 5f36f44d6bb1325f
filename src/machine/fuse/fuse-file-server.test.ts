import { beforeEach, describe, expect, test } from "vitest";
import { fromUtf8, utf8, viewOf } from "../../base/bytes.ts";
import { errno } from "../../base/errno.ts";
import { FuseFileServer } from "./fuse-file-server.ts";
import { FUSE_ROOT_ID, O_RDWR, O_TRUNC, O_WRONLY, opcodes } from "./protocol.ts";
import { bytes, FuseClient, message, parseEntry, text, u32, u64 } from "./testing/fuse-client.ts";
import { MemoryTree } from "./testing/memory-tree.ts";

const root = FUSE_ROOT_ID;
let tree: MemoryTree;
let client: FuseClient;

beforeEach(() => {
  tree = new MemoryTree();
  client = new FuseClient(new FuseFileServer(tree));
});

const create = (name: string, parent = root) =>
  client.entry("CREATE", parent, [u32(O_RDWR), u32(0o644), u32(0), u32(0), text(name)]);

describe("INIT", () => {
  test("agrees on version, sizes and abilities", () => {
    const fields = [u32(7), u32(41), u32(1 << 17), u32(-1 >>> 0), bytes(new Uint8Array(48))];
    const { error, body } = client.call("INIT", 0, fields);
    const view = viewOf(body);
    expect(error).toBe(0);
    expect(body.length).toBe(64);
    expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([7, 31]);
    expect(view.getUint32(20, true)).toBe(1 << 20);
    expect(view.getUint16(28, true)).toBe(256);
    expect(view.getUint32(12, true) & (1 << 22)).not.toBe(0);
  });

  test("refuses versions before 7.31", () => {
    expect(client.call("INIT", 0, [u32(7), u32(30), u32(0), u32(0)]).error).toBe(errno.EPROTO);
  });

  test("forgets what an earlier guest had", () => {
    const { id } = create("a");
    client.call("INIT", 0, [u32(7), u32(31), u32(0), u32(0)]);
    expect(client.call("GETATTR", id, [u32(0), u32(0), u64(0)]).error).toBe(errno.ESTALE);
    expect(tree.released).toBe(1);
  });
});

describe("inodes", () => {
  test("have one number as long as the guest remembers them, and another one afterwards", () => {
    const made = create("a");
    expect(made).toMatchObject({ generation: 0, size: 0, mode: 0o100644 });
    const again = client.entry("LOOKUP", root, [text("a")]);
    expect(again.id).toBe(made.id);
    expect(client.send(opcodes.FORGET, made.id, [u64(1)])).toBeUndefined();
    expect(tree.released).toBe(0);
    const batch = [u32(1), u32(0), u64(made.id), u64(1)];
    expect(client.send(opcodes.BATCH_FORGET, 0, batch, 0)).toBeUndefined();
    expect(tree.released).toBe(1);
    expect(client.call("LOOKUP", made.id, [text("x")]).error).toBe(errno.ESTALE);
    expect(client.entry("LOOKUP", root, [text("a")]).id).not.toBe(made.id);
  });

  test("are the same for hard links", () => {
    const made = create("a");
    expect(client.entry("LINK", root, [u64(made.id), text("b")])).toMatchObject({ id: made.id, nlink: 2 });
    expect(client.call("UNLINK", root, [text("a")]).error).toBe(0);
    expect(client.entry("LOOKUP", root, [text("b")])).toMatchObject({ id: made.id, nlink: 1 });
  });

  test("the root cannot be forgotten", () => {
    client.send(opcodes.FORGET, root, [u64(-1)]);
    expect(create("a").id).toBeGreaterThan(root);
  });
});

describe("files", () => {
  test("are written, read, cut", () => {
    const { id } = create("a");
    const handle = client.open(id, O_RDWR);
    const written = client.write(id, handle, 3, "hello");
    expect(viewOf(written.body).getUint32(0, true)).toBe(5);
    expect(fromUtf8(client.read(id, handle, 3, 100).body)).toBe("hello");
    expect(fromUtf8(client.read(id, handle, 3, 3).body)).toBe("hel");
    expect(client.read(id, handle, 3, 100, 16 + 2).body.length).toBe(2);
    expect(client.read(id, handle, 100, 10).body.length).toBe(0);
    client.open(id, O_WRONLY | O_TRUNC);
    expect(client.read(id, handle, 0, 10).body.length).toBe(0);
    client.call("RELEASE", id, [u64(handle), bytes(new Uint8Array(16))]);
    expect(client.read(id, handle, 0, 10).error).toBe(errno.EBADF);
  });

  test("have attributes that can be changed", () => {
    const { id } = create("a");
    const valid = 1 | 8 | 32;
    const head = [u32(valid), u32(0), u64(0), u64(10), u64(0), u64(0), u64(77), u64(0)];
    const tail = [u32(0), u32(5), u32(0), u32(0o7600), u32(0), u32(1), u32(1), u32(0)];
    const { error, body } = client.call("SETATTR", id, [...head, ...tail]);
    expect(error).toBe(0);
    const view = viewOf(body);
    expect(view.getBigUint64(24, true)).toBe(10n);
    expect(view.getBigUint64(48, true)).toBe(77n);
    expect(view.getUint32(68, true)).toBe(5);
    expect(view.getUint32(76, true)).toBe(0o107600);
    expect(view.getUint32(84, true)).toBe(0);
  });
});

describe("names", () => {
  test("can be links, be renamed and removed", () => {
    const link = client.entry("SYMLINK", root, [text("l"), text("/etc/passwd")]);
    expect(fromUtf8(client.call("READLINK", link.id, []).body)).toBe("/etc/passwd");
    const folder = client.entry("MKDIR", root, [u32(0o755), u32(0), text("d")]);
    expect(client.call("RENAME", root, [u64(folder.id), text("l"), text("m")]).error).toBe(0);
    expect(client.call("RMDIR", root, [text("d")]).error).toBe(errno.ENOTEMPTY);
    create("n");
    const noReplace = [u64(folder.id), u32(1), u32(0), text("n"), text("m")];
    expect(client.call("RENAME2", root, noReplace).error).toBe(errno.EEXIST);
    const exchange = [u64(folder.id), u32(2), u32(0), text("n"), text("m")];
    expect(client.call("RENAME2", root, exchange).error).toBe(errno.EINVAL);
  });

  test.each([".", "..", "a/b", "/", "", "x".repeat(256)])(
    "never have more than one component: %j",
    (name) => {
      expect(client.call("LOOKUP", root, [text(name)]).error).toBe(errno.EINVAL);
      expect(client.call("UNLINK", root, [text(name)]).error).toBe(errno.EINVAL);
      expect(client.call("RENAME", root, [u64(root), text("x"), text(name)]).error).toBe(errno.EINVAL);
    },
  );

  test("make no devices", () => {
    const fields = (mode: number) => [u32(mode), u32(0), u32(0), u32(0), text("dev")];
    expect(client.call("MKNOD", root, fields(0o020666)).error).toBe(errno.EPERM);
    expect(client.call("MKNOD", root, fields(0o100666)).error).toBe(0);
  });
});

/** The names in a directory, read with room for `size` bytes at a time. */
function list(opcode: "READDIR" | "READDIRPLUS", size: number): string[] {
  const { body } = client.call("OPENDIR", root, [u32(0), u32(0)]);
  const handle = viewOf(body).getBigUint64(0, true);
  const names: string[] = [];
  for (let offset = 0n; ; ) {
    const reply = client.call(opcode, root, [u64(handle), u64(offset), u32(size), bytes(new Uint8Array(20))]);
    expect(reply.body.length).toBeLessThanOrEqual(size);
    if (reply.body.length === 0) return names;
    const view = viewOf(reply.body);
    for (let at = 0; at < reply.body.length; ) {
      const dirent = opcode === "READDIR" ? at : at + 128;
      const length = view.getUint32(dirent + 16, true);
      offset = view.getBigUint64(dirent + 8, true);
      names.push(fromUtf8(reply.body.subarray(dirent + 24, dirent + 24 + length)));
      at = dirent + Math.ceil((24 + length) / 8) * 8;
    }
  }
}

describe("directories", () => {
  test.each(["READDIR", "READDIRPLUS"] as const)("%s gives every name once", (opcode) => {
    const names = Array.from({ length: 30 }, (_, index) => `file-${index}`);
    for (const name of names) create(name);
    expect(list(opcode, 400)).toEqual([".", "..", ...names]);
    expect(list(opcode, 1 << 16)).toEqual([".", "..", ...names]);
  });

  test("READDIRPLUS counts as a lookup of what it gives", () => {
    const { id } = create("a");
    client.send(opcodes.FORGET, id, [u64(1)]);
    list("READDIRPLUS", 4096);
    const again = client.entry("LOOKUP", root, [text("a")]);
    client.send(opcodes.FORGET, again.id, [u64(1)]);
    expect(client.call("GETATTR", again.id, [u32(0), u32(0), u64(0)]).error).toBe(0);
  });
});

test("a read-only server changes nothing", () => {
  const { id } = create("a");
  client = new FuseClient(new FuseFileServer(tree, { readOnly: true }));
  const found = client.entry("LOOKUP", root, [text("a")]);
  expect(found.ino).toBe(BigInt(id));
  const handle = client.open(found.id, 0);
  const { EROFS } = errno;
  expect(client.call("OPEN", found.id, [u32(O_RDWR), u32(0)]).error).toBe(EROFS);
  expect(client.call("OPEN", found.id, [u32(O_TRUNC), u32(0)]).error).toBe(EROFS);
  expect(client.write(found.id, handle, 0, "x").error).toBe(EROFS);
  for (const opcode of [
    "UNLINK",
    "RMDIR",
    "SYMLINK",
    "MKDIR",
    "MKNOD",
    "CREATE",
    "SETATTR",
    "LINK",
  ] as const) {
    expect(client.call(opcode, root, [text("a")]).error).toBe(EROFS);
  }
});

test("what is not supported gets ENOSYS, what is malformed EINVAL", () => {
  for (const opcode of [22, 23, 31, 36, 43, 46, 47, 48, 999]) {
    expect(client.send(opcode, root, [bytes(new Uint8Array(64))])?.error).toBe(errno.ENOSYS);
  }
  expect(client.call("READ", root, [u32(1)]).error).toBe(errno.EINVAL);
  expect(client.call("LOOKUP", root, [bytes(utf8("no end"))]).error).toBe(errno.EINVAL);
  const { id } = create("a");
  const handle = client.open(id, O_RDWR);
  const tooMuch = [u64(handle), u64(0), u32(1000), bytes(new Uint8Array(20)), bytes(utf8("few"))];
  expect(client.call("WRITE", id, tooMuch).error).toBe(errno.EINVAL);
});

test("random requests of a guest get replies that fit, and never throw", () => {
  const server = new FuseFileServer(tree);
  const known = Object.values(opcodes);
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >> 8) % below;
  };
  for (let round = 0; round < 20_000; round++) {
    const body = Uint8Array.from({ length: random(100) }, () => (random(3) ? random(4) : random(256)));
    const request = message(known[random(known.length)] ?? 0, 1n, random(4), [bytes(body)]);
    if (random(10) === 0) request[random(request.length)] = random(256);
    const capacity = random(200);
    const reply = server.handle(request.subarray(0, request.length - (random(5) ? 0 : random(40))), capacity);
    expect((reply?.length ?? 0) <= capacity).toBe(true);
  }
});

test("an entry that does not fit is not counted", () => {
  create("a");
  expect(client.call("LOOKUP", root, [text("a")], 100).error).toBe(errno.EINVAL);
  expect(parseEntry(client.call("LOOKUP", root, [text("a")]).body).id).toBe(2);
});
