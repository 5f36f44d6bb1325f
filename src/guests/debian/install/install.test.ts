/** A system from an archive in memory, with scripts that only note that they ran. */

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { utf8 } from "../../../base/bytes.ts";
import { debianPorts } from "../../../host/node/debian-ports.ts";
import { SharedDirectory } from "../../../host/node/shared-directory.ts";
import { debOf } from "../../../host/node/testing/debs.ts";
import { MemoryCache } from "../testing/memory-cache.ts";
import { MemoryMirror } from "../testing/memory-mirror.ts";
import { install } from "./install.ts";
import { failuresIn, type RunInRoot } from "./scripts.ts";

const base = "http://m.example.invalid/debian";
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

let key: openpgp.PrivateKey;
let keyring: Uint8Array;
let root: string;
let mirror: MemoryMirror;
let cache: MemoryCache;
let ran: string[];
let failing: string;

beforeAll(async () => {
  const made = await openpgp.generateKey({ userIDs: [{ name: "Test" }], format: "object" });
  key = made.privateKey;
  keyring = made.publicKey.write();
});

beforeEach(async () => {
  root = fs.mkdtempSync(join(tmpdir(), "strata-install-"));
  mirror = new MemoryMirror(base);
  cache = new MemoryCache();
  ran = [];
  failing = "";
  await publish([
    ["libc", "Architecture: riscv64", {}],
    ["base", "Architecture: riscv64\nEssential: yes\nDepends: libc", { preinst: "" }],
    ["tool", "Architecture: riscv64\nDepends: lib (>= 1)\nPre-Depends: early", { preinst: "", postinst: "" }],
    ["early", "Architecture: all", {}],
    ["lib", "Architecture: riscv64", {}],
  ]);
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

async function publish(packages: [string, string, Record<string, string>][]): Promise<void> {
  let index = "";
  for (const [name, fields, scripts] of packages) {
    const control = `Package: ${name}\nVersion: 1\n${fields}\n`;
    const bytes = await debOf({ control, ...scripts }, [{ name: `./usr/share/${name}`, body: name }]);
    mirror.files.set(`pool/${name}.deb`, bytes);
    index += `${control}Filename: pool/${name}.deb\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n\n`;
  }
  const path = "main/binary-riscv64/Packages.xz";
  mirror.files.set(`dists/trixie/${path}`, utf8(index));
  const text = `Codename: trixie\nSHA256:\n ${sha256(utf8(index))} ${index.length} ${path}\n`;
  const message = await openpgp.createCleartextMessage({ text });
  mirror.files.set("dists/trixie/InRelease", utf8(await openpgp.sign({ message, signingKeys: key })));
}

/** Marks all as configured, as dpkg would; other scripts end with status 1 where they are to fail. */
const run: RunInRoot = async (program, args) => {
  ran.push(
    [program, ...args.filter((word) => !word.startsWith("--force") && !word.startsWith("--abort"))].join(" "),
  );
  if (program !== "/usr/bin/dpkg")
    return { status: program.includes(failing || "?") ? 1 : 0, output: "no luck\n" };
  const status = join(root, "var/lib/dpkg/status");
  fs.writeFileSync(status, fs.readFileSync(status, "utf8").replaceAll("ok unpacked", "ok installed"));
  return { status: 0, output: "Setting up\n" };
};

async function pull(...packages: string[]) {
  const directory = new SharedDirectory(root);
  const ports = { ...debianPorts(), fetcher: mirror, cache };
  try {
    const request = { mirror: base, keyring, now: Date.now() + 1000, packages, root: directory.root, run };
    const { unpacked, failures } = await install(ports, request);
    return { unpacked: unpacked.map(({ name }) => name), failures };
  } finally {
    directory.close();
  }
}

const dpkg = "/usr/bin/dpkg --configure --pending";
const preinst = (name: string) => `/var/lib/dpkg/info/${name}.preinst install`;

test("unpacks and configures what is essential first", async () => {
  expect(await pull("tool")).toEqual({ unpacked: ["libc", "base", "lib", "early", "tool"], failures: [] });
  expect(ran).toEqual([dpkg, dpkg, preinst("tool"), dpkg]);
  expect(fs.readFileSync(join(root, "usr/share/tool"), "utf8")).toBe("tool");
  expect(fs.readlinkSync(join(root, "bin"))).toBe("usr/bin");
  expect(fs.readFileSync(join(root, "var/log/strata-pull.log"), "utf8")).toContain(
    "==> tool 1: preinst install\nno luck\n",
  );
});

test("does not do again what is done", async () => {
  await pull("lib");
  ran = [];
  mirror.asked.length = 0;
  expect((await pull("lib", "early")).unpacked).toEqual(["early"]);
  expect(mirror.asked).toEqual(["dists/trixie/InRelease", "pool/early.deb"]);
  expect((await pull("lib")).unpacked).toEqual([]);
});

test("goes on where a run was interrupted", async () => {
  const bytes = mirror.files.get("pool/tool.deb") ?? new Uint8Array(0);
  mirror.files.delete("pool/tool.deb");
  await expect(pull("tool")).rejects.toThrow("lists tool 1, but does not have it");
  mirror.files.set("pool/tool.deb", bytes);
  mirror.asked.length = 0;
  expect((await pull("tool")).unpacked).toHaveLength(5);
  expect(mirror.asked).toEqual(["dists/trixie/InRelease", "pool/tool.deb"]);
});

test("reports a preinst that fails, and does not unpack its package", async () => {
  failing = "tool";
  const { failures } = await pull("tool");
  expect(failures).toEqual([{ name: "tool", reason: "its preinst ends with status 1: no luck" }]);
  expect(fs.existsSync(join(root, "usr/share/tool"))).toBe(false);
});

test("refuses a package that is not what was signed", async () => {
  mirror.files.set("pool/lib.deb", utf8("x".repeat(mirror.files.get("pool/lib.deb")?.length ?? 0)));
  await expect(pull("lib")).rejects.toThrow(/lib 1 has SHA-256/);
});

test("finds what dpkg says of failures", () => {
  const output =
    "dpkg: error processing package base-files (--configure):\n installed base-files package post-installation script " +
    "subprocess returned error exit status 1\nSetting up x (1) ...\n";
  expect(failuresIn(output)).toEqual([
    { name: "base-files", reason: expect.stringContaining("returned error exit status 1") },
  ]);
});
