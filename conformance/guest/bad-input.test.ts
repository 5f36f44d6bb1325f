/** What is wrong with what the user gives: one line, status 2, and nothing else. */

import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDeb822 } from "../../src/formats/deb822.ts";
import { findMirror } from "../../src/host/node/apt-mirror.ts";
import { guest } from "./support/guest.ts";
import { strata } from "./support/strata.ts";

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "strata-bad-"));
  await writeFile(file("kernel"), bootImage(4096));
  await writeFile(file("short"), bootImage(4096).subarray(0, 30));
  await writeFile(file("truncated"), bootImage(1 << 20).subarray(0, 4096));
  await writeFile(file("text"), "just a text, and a long one, with more than the 64 bytes of a header\n");
  await writeFile(file("x86"), elfHeader(62));
  await writeFile(file("odd.img"), Buffer.alloc(1000));
  const large = await open(file("initrd"), "w");
  await large.truncate(100 << 20);
  await large.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The header of a kernel image, whose PE header says that its sections reach `size`. */
function bootImage(size: number): Buffer {
  const image = Buffer.alloc(size);
  image.writeBigUInt64LE(0x200000n, 0x08);
  image.writeBigUInt64LE(BigInt(size), 0x10);
  image.write("RISCV", 0x30);
  image.write("RSC\x05", 0x38);
  image.writeUInt32LE(0x40, 0x3c);
  image.write("PE\0\0", 0x40);
  image.writeUInt16LE(1, 0x46);
  image.writeUInt32LE(size - 512, 0x58 + 16);
  image.writeUInt32LE(512, 0x58 + 20);
  return image;
}

function elfHeader(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  return header;
}

/** Asserts one line on standard error, status 2, and nothing on standard output; the line. */
async function complaint(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await strata(args, { env });
  expect(stderr).toMatch(/^strata: [^\n]+\n$/);
  expect([status, stdout.toString()]).toEqual([2, ""]);
  return stderr.slice("strata: ".length, -1);
}

const boot = (kernel: string, ...more: string[]) => [
  "run",
  "--kernel",
  file(kernel),
  "--initrd",
  file("text"),
  ...more,
];

test.each([
  ["a missing kernel", () => boot("nowhere"), /^Cannot read kernel ".*nowhere": no such file or directory$/],
  [
    "a short kernel",
    () => boot("short"),
    /^Cannot load kernel ".*short": it has 30 bytes, fewer than the 64/,
  ],
  [
    "a truncated kernel",
    () => boot("truncated"),
    /^Cannot load kernel ".*truncated": it ends at offset 4096, but/,
  ],
  ["no kernel", () => boot("text"), /^Cannot load kernel ".*text": magic at offset 0x38 is/],
  [
    "an ELF file for another machine",
    () => boot("x86"),
    /^Cannot load ELF ".*x86": e_machine is 62, not 243$/,
  ],
  [
    "a large initrd",
    () => ["run", "--memory", "64M", "--kernel", file("kernel"), "--initrd", file("initrd")],
    /^Cannot load initrd: it has 104857600 bytes, memory has room for \d+$/,
  ],
  [
    "a missing initrd",
    () => ["run", "--kernel", file("kernel"), "--initrd", "/no"],
    /^Cannot read initrd "\/no": no such/,
  ],
  ["an initrd and a command", () => boot("kernel", "--", "ls"), /^A command needs Strata's own initrd/],
  ["a size of memory", () => ["run", "--memory", "lots"], /^Cannot use --memory "lots": a size is a number/],
  [
    "too much memory",
    () => ["run", "--memory", "64G"],
    /^Cannot use --memory "64G": it must be from 64M to 3G$/,
  ],
  [
    "a check with a share",
    () => ["run", "--check", "--share", "/tmp:tmp"],
    /^Cannot use --check with --share: a directory cannot be used twice$/,
  ],
  [
    "a check of nothing",
    () => ["run", "--check", "--technique", "interpret"],
    /^Cannot use --check with --technique interpret: there is nothing to compare$/,
  ],
  [
    "a check with a profile",
    () => ["run", "--check", "--profile", "p"],
    /^Cannot use --check with --profile: two machines share the time$/,
  ],
  [
    "a profile that cannot be written",
    () => ["run", "--profile", file("no/p"), "--kernel", file("kernel"), "--initrd", file("text")],
    /^Cannot write profile ".*no\/p": ENOENT$/,
  ],
  ["a missing disk", () => boot("kernel", "--disk", file("no.img")), /^Cannot use disk ".*no.img": ENOENT$/],
  [
    "an odd disk",
    () => boot("kernel", "--disk", file("odd.img")),
    /^Cannot use disk ".*odd.img": its size is 1000/,
  ],
  ["a missing share", () => boot("kernel", "--share", "/nowhere:x"), /^Cannot share "\/nowhere": ENOENT$/],
  [
    "a share without a tag",
    () => boot("kernel", "--share", "/tmp"),
    /^Cannot use --share "\/tmp": it is DIR:TAG/,
  ],
  [
    "two shares of one tag",
    () => boot("kernel", "--share", "/tmp:x", "--share", "/:x"),
    /^Two shares have the tag "x"$/,
  ],
  [
    "a limit of time",
    () => ["run", "--timeout", "soon"],
    /^Cannot use --timeout "soon": it is a number of seconds/,
  ],
  ["an unknown option", () => ["run", "--frob"], /^unknown option '--frob'$/],
  ["an unknown command", () => ["frob"], /^unknown command 'frob'$/],
  ["a file to list", () => ["disasm", file("x86")], /^Cannot load ELF ".*x86": e_machine is 62, not 243$/],
  [
    "an address",
    () => ["disasm", file("x86"), "--start", "here"],
    /^Cannot use --start "here": it is an address/,
  ],
])("%s", async (_what, args, message) => {
  expect(await complaint(args())).toMatch(message);
});

test("a mirror that is down", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  for (const command of ["run", "pull"]) {
    const line = await complaint([command, "--mirror", mirror], { STRATA_CACHE: file("empty") });
    expect(line).toMatch(/^Cannot fetch http:\/\/127.0.0.1:\d+\/dists\/trixie\/InRelease: .*ECONNREFUSED/);
  }
});

test.skipIf(guest.missing)("a cache that cannot be written", async () => {
  expect(await complaint(["pull", "--refresh"], { STRATA_CACHE: file("text") })).toContain("text");
});

test("a mirror whose files are not what Debian signed", async (context) => {
  const upstream = await findMirror(parseDeb822);
  if (upstream === undefined || guest.missing) return context.skip("no mirror is known");
  const release = Buffer.from(await (await fetch(`${upstream}/dists/trixie/InRelease`)).arrayBuffer());
  // A file that the release lists has the right size there, and nothing else that is right.
  const sizes = new Map<string, number>();
  for (const [, hash = "", size, path = ""] of release
    .toString()
    .matchAll(/^ ([0-9a-f]{64}) +(\d+) (\S+)$/gm)) {
    sizes.set(hash, Number(size));
    sizes.set(path, Number(size));
  }
  const server = createServer((request, response) => {
    const path = request.url?.replace(/^\/dists\/trixie\/(.*\/by-hash\/SHA256\/)?/, "") ?? "";
    const size = sizes.get(path);
    if (path === "InRelease") response.end(release);
    else if (size === undefined) response.writeHead(404).end();
    else response.end(Buffer.alloc(size));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const line = await complaint(["pull", "--mirror", mirror], { STRATA_CACHE: file("broken") });
    expect(line).toMatch(/has SHA-256 [0-9a-f]{64}, but Debian lists [0-9a-f]{64}$/);
  } finally {
    server.close();
  }
});
