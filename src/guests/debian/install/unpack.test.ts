/** Unpacking into a directory of the host: what dpkg does, and what a hostile package must not do. */

import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fromUtf8 } from "../../../base/bytes.ts";
import { debianPorts } from "../../../host/node/debian-ports.ts";
import { SharedDirectory } from "../../../host/node/shared-directory.ts";
import { debOf, type TestEntry } from "../../../host/node/testing/debs.ts";
import { MemoryCache } from "../testing/memory-cache.ts";
import { diversionsFor, noDiversions } from "./diversions.ts";
import { RootTree } from "./root-tree.ts";
import { controlFiles, unpackFiles } from "./unpack.ts";

let folder: string;
let root: string;
let shared: SharedDirectory;
let tree: RootTree;
const cache = new MemoryCache();
const ports = { ...debianPorts(), cache };

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "strata-unpack-"));
  root = join(folder, "root");
  fs.mkdirSync(root);
  fs.writeFileSync(join(folder, "secret"), "outside");
  shared = new SharedDirectory(root);
  tree = new RootTree(shared.root);
});

afterEach(() => {
  shared.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const at = (path: string) => join(root, path);
const text = (path: string) => fs.readFileSync(at(path), "utf8");

async function unpack(entries: readonly TestEntry[], divert = noDiversions, kept: readonly string[] = []) {
  cache.files.set("p", await debOf({ control: "Package: p\n" }, entries));
  return unpackFiles(ports, "p", tree, divert, (path) => kept.includes(path));
}

const directory = (name: string): TestEntry => ({ name, type: "directory", mode: 0o755 });
const link = (name: string, linkname: string): TestEntry => ({ name, type: "symlink", linkname });

describe("a package", () => {
  test("is unpacked with modes, times and links", async () => {
    const mtime = new Date("2020-02-02T02:02:02Z");
    const { paths, digests } = await unpack([
      directory("./"),
      directory("./usr"),
      { name: "./usr/tool", body: "tool", mode: 0o751, mtime },
      { name: "./usr/other", type: "link", linkname: "./usr/tool" },
      link("./usr/short", "tool"),
      link("./usr/nowhere", "/absent/file"),
      { ...directory("./usr/private"), mode: 0o700 },
    ]);
    const names = ["/tool", "/other", "/short", "/nowhere", "/private"];
    expect(paths).toEqual(["/.", "/usr", ...names.map((name) => `/usr${name}`)]);
    expect([...digests.keys()]).toEqual(["/usr/tool"]);
    const stat = fs.statSync(at("usr/tool"));
    expect([stat.mode & 0o7777, stat.mtime, stat.ino]).toEqual([
      0o751,
      mtime,
      fs.statSync(at("usr/other")).ino,
    ]);
    expect(text("usr/short")).toBe("tool");
    expect(fs.readlinkSync(at("usr/nowhere"))).toBe("/absent/file");
    expect(fs.statSync(at("usr/private")).mode & 0o7777).toBe(0o700);
    expect(fs.readdirSync(at("usr")).sort()).toEqual(["nowhere", "other", "private", "short", "tool"]);
  });

  test("gets no set-user-ID bits", async () => {
    await unpack([{ name: "su", body: "su", mode: 0o4755 }]);
    expect(fs.statSync(at("su")).mode & 0o7777).toBe(0o755);
  });

  test("goes through the links of the merged /usr, and leaves them", async () => {
    tree.makeDirectory("/usr/bin");
    tree.makeLink("/bin", "usr/bin");
    await unpack([
      directory("./bin/"),
      { name: "./bin/sh", body: "sh" },
      { name: "/bin/deep/er/file", body: "x" },
    ]);
    expect(text("usr/bin/sh")).toBe("sh");
    expect(text("usr/bin/deep/er/file")).toBe("x");
    expect(fs.readlinkSync(at("bin"))).toBe("usr/bin");
  });

  test("replaces files and links, also by links, but no directories", async () => {
    await unpack([{ name: "a", body: "old" }, link("b", "a"), directory("c"), { name: "d", body: "kept" }]);
    await unpack([link("a", "d"), { name: "b", body: "new" }, link("c", "d")]);
    expect([text("a"), text("b"), fs.statSync(at("c")).isDirectory()]).toEqual(["kept", "new", true]);
    await expect(unpack([{ name: "c", body: "" }])).rejects.toThrow('Cannot write "/c": it is a directory');
    await unpack([
      { name: "e", body: "e" },
      { name: "f", type: "link", linkname: "e" },
    ]);
    await unpack([
      { name: "e", body: "e" },
      { name: "f", type: "link", linkname: "e" },
    ]);
    expect(fs.readdirSync(root).sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  test("keeps configuration files that are there, and gives the digests of its own", async () => {
    fs.writeFileSync(at("conf"), "mine");
    const { digests } = await unpack(
      [
        { name: "conf", body: "theirs" },
        { name: "new", body: "" },
      ],
      noDiversions,
      ["/conf", "/new"],
    );
    expect([text("conf"), text("new")]).toEqual(["mine", ""]);
    expect(digests.get("/new")).toBe("d41d8cd98f00b204e9800998ecf8427e");
  });

  test("follows diversions of other packages", async () => {
    const diversions = "/bin/sh\n/bin/sh.distrib\ndash\n/x\n/y\n:\n";
    await unpack(
      [
        { name: "bin/sh", body: "p" },
        { name: "x", body: "x" },
      ],
      diversionsFor(diversions, "p"),
    );
    expect([text("bin/sh.distrib"), text("y")]).toEqual(["p", "x"]);
    await unpack([{ name: "bin/sh", body: "dash" }], diversionsFor(diversions, "dash"));
    expect(text("bin/sh")).toBe("dash");
  });

  test("has control files", async () => {
    cache.files.set("p", await debOf({ control: "Package: p\n", postinst: "#!/bin/sh\n" }, []));
    const files = await controlFiles(ports, "p");
    expect(fromUtf8(files.get("control")?.bytes ?? new Uint8Array(0))).toBe("Package: p\n");
    expect(files.get("postinst")?.mode).toBe(0o755);
    cache.files.set("p", await debOf({ postinst: "" }, []));
    await expect(controlFiles(ports, "p")).rejects.toThrow("has no control file");
  });
});

describe("a hostile package writes nothing outside", () => {
  const outside = () => [fs.readdirSync(folder).sort(), fs.readFileSync(join(folder, "secret"), "utf8")];
  afterEach(() => expect(outside()).toEqual([["root", "secret"], "outside"]));

  test.each(["../secret", "a/../../secret", "./../secret", "/../secret"])("by %s", async (name) => {
    await expect(unpack([{ name, body: "evil" }])).rejects.toThrow("a bad path");
  });

  test("by links upwards and absolute ones", async () => {
    await unpack([link("up", "../../.."), { name: "up/secret", body: "evil" }]);
    await unpack([link("abs", folder), { name: "abs/secret", body: "evil" }]);
    await unpack([link("file", "../secret"), { name: "file", body: "evil" }]);
    expect(text("secret")).toBe("evil");
    expect(text(`${folder.slice(1)}/secret`)).toBe("evil");
    expect(text("file")).toBe("evil");
  });

  test("by hard links", async () => {
    await expect(unpack([{ name: "h", type: "link", linkname: "../secret" }])).rejects.toThrow("a bad path");
    await unpack([
      link("s", "../secret"),
      { name: "h", type: "link", linkname: "s" },
      { name: "h", body: "evil" },
    ]);
    await expect(unpack([directory("d"), { name: "h", type: "link", linkname: "d" }])).rejects.toThrow(
      /link|write/,
    );
    await expect(unpack([{ name: "h", type: "link", linkname: "gone" }])).rejects.toThrow("ENOENT");
  });

  test("by a diversion", async () => {
    await expect(
      unpack([{ name: "a", body: "evil" }], diversionsFor("/a\n/../secret\nq\n", "p")),
    ).rejects.toThrow("a bad path");
  });

  test("and no circle of links, device, or odd name does harm", async () => {
    await expect(unpack([link("a", "b"), link("b", "a"), { name: "a/file", body: "" }])).rejects.toThrow(
      "too many links",
    );
    await expect(
      unpack([{ name: "dev", type: "character-device", devmajor: 1, devminor: 1 }]),
    ).rejects.toThrow("neither");
    await expect(unpack([{ name: "x".repeat(256), body: "" }])).rejects.toThrow("a bad path");
    await unpack([{ name: "x".repeat(250), body: "long" }]);
    await expect(
      unpack([
        { name: "f", body: "" },
        { name: "f/g", body: "" },
      ]),
    ).rejects.toThrow("ENOTDIR");
  });
});
