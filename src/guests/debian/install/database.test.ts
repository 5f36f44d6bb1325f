import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { utf8 } from "../../../base/bytes.ts";
import { parseDeb822 } from "../../../formats/deb822.ts";
import { SharedDirectory } from "../../../host/node/shared-directory.ts";
import { DpkgDatabase } from "./database.ts";
import { Package } from "./package.ts";
import { RootTree } from "./root-tree.ts";
import { interests, linesOfTriggers } from "./triggers.ts";

let root: string;
let shared: SharedDirectory;
let database: DpkgDatabase;

beforeEach(async () => {
  root = fs.mkdtempSync(join(tmpdir(), "strata-database-"));
  shared = new SharedDirectory(root);
  database = await DpkgDatabase.open(new RootTree(shared.root));
});

afterEach(() => {
  shared.close();
  fs.rmSync(root, { recursive: true, force: true });
});

const admin = (file: string) => fs.readFileSync(join(root, "var/lib/dpkg", file), "utf8");

async function add(
  control: string,
  more: Record<string, string>,
  paths: string[],
  digests: [string, string][] = [],
) {
  const item = new Package(parseDeb822(control)[0] as never);
  const texts = Object.entries({ control, ...more });
  const files = new Map(texts.map(([name, text]) => [name, { bytes: utf8(text), mode: 0o644 }]));
  await database.addControlFiles(item, files);
  await database.addUnpacked(item, files, { paths, digests: new Map(digests) });
}

const lib =
  "Package: lib\nVersion: 2\nArchitecture: riscv64\nMulti-Arch: same\nDescription: a library\n it is one\n";

test("has what dpkg expects of a package", async () => {
  const conf = "/etc/lib.conf\nremove-on-upgrade /etc/old\n";
  await add(
    lib,
    { conffiles: conf, postinst: "#!/bin/sh\n" },
    ["/.", "/etc", "/etc/lib.conf", "/usr/l"],
    [
      ["/etc/lib.conf", "aa"],
      ["/usr/l", "bb"],
    ],
  );
  expect(admin("status")).toBe(
    "Package: lib\nStatus: install ok unpacked\nVersion: 2\nArchitecture: riscv64\nMulti-Arch: same\n" +
      "Description: a library\n it is one\nConffiles:\n /etc/lib.conf aa\n\n",
  );
  expect(admin("info/lib:riscv64.list")).toBe("/.\n/etc\n/etc/lib.conf\n/usr/l\n");
  expect(admin("info/lib:riscv64.md5sums")).toBe("bb  usr/l\n");
  expect(admin("info/lib:riscv64.postinst")).toBe("#!/bin/sh\n");
  expect(admin("info/format")).toBe("1\n");
  expect(fs.readdirSync(join(root, "var/lib/dpkg/info")).some((name) => name.endsWith("control"))).toBe(
    false,
  );
});

test("knows what is installed, and what dpkg did to it meanwhile", async () => {
  await add(lib, {}, []);
  await add(
    "Package: tool\nVersion: 1\nArchitecture: all\n",
    { md5sums: "cc  tool\n" },
    ["/tool"],
    [["/tool", "x"]],
  );
  expect(admin("info/tool.md5sums")).toBe("cc  tool\n");
  const names = () => [database.installed, database.unconfigured].map((list) => list.map(({ name }) => name));
  expect(names()).toEqual([
    ["lib", "tool"],
    ["lib", "tool"],
  ]);
  const path = join(root, "var/lib/dpkg/status");
  const changed = admin("status")
    .replace("ok unpacked", "ok installed")
    .replace("install ok unpacked", "deinstall ok config-files");
  fs.writeFileSync(path, changed);
  const again = await DpkgDatabase.open(new RootTree(shared.root));
  expect(again.installed.map(({ name }) => name)).toEqual(["lib"]);
  expect(again.unconfigured).toEqual([]);
});

test("notes triggers", async () => {
  const triggers = "# comment\ninterest-noawait /usr/share/man\ninterest ldconfig\nactivate other\n";
  await add("Package: man\nVersion: 1\nArchitecture: all\n", { triggers }, ["/usr"]);
  await add("Package: man\nVersion: 1\nArchitecture: all\n", { triggers }, ["/usr"]);
  expect(admin("triggers/File")).toBe("/usr/share/man man/noawait\n");
  expect(admin("triggers/ldconfig")).toBe("man\n");
  await add(lib, {}, ["/usr/share/man/man1/x.1", "/usr/share/man/man2"]);
  expect(admin("triggers/Unincorp")).toBe("/usr/share/man -\n");
});

test("takes no trigger for a path", () => {
  expect(interests(["interest ../../x", "interest File", "interest .hidden", "interest /a b"], "p")).toEqual(
    [],
  );
  expect(interests(["interest-await a.b"], "p")).toEqual([{ trigger: "a.b", file: "a.b", line: "p" }]);
  expect(linesOfTriggers("/a/b p\n/c q\n", ["/a/b/c/d", "/a", "/cc"])).toEqual(["/a/b -"]);
});
