import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import * as openpgp from "openpgp";
import { pack } from "tar-stream";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { concatBytes, fromUtf8, utf8, viewOf } from "../../base/bytes.ts";
import { debianPorts } from "../../host/node/debian-ports.ts";
import { type BootFilesOptions, bootFiles } from "./boot-files.ts";
import type { DebianPorts } from "./ports.ts";
import { MemoryCache } from "./testing/memory-cache.ts";
import { MemoryMirror } from "./testing/memory-mirror.ts";

const base = "http://m.example.invalid/debian";
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A package in the form of deb(5), compressed with gzip. */
async function deb(files: Record<string, Uint8Array>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, bytes] of Object.entries(files)) tar.entry({ name: `./${name}` }, Buffer.from(bytes));
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  const data = gzipSync(concatBytes(chunks));
  const header = (name: string, size: number) => utf8(`${name.padEnd(48)}${String(size).padEnd(10)}\`\n`);
  const odd = new Uint8Array(data.length % 2);
  const parts = [header("debian-binary", 4), utf8("2.0\n"), header("data.tar.gz", data.length), data, odd];
  return concatBytes([utf8("!<arch>\n"), ...parts]);
}

/** A kernel image: only its magic, and a mark. */
function kernel(mark: string): Uint8Array {
  const bytes = concatBytes([new Uint8Array(64), utf8(mark)]);
  viewOf(bytes).setUint32(0x38, 0x05435352, true);
  return bytes;
}

/** A kernel module: an ELF file with nothing but a section `.modinfo`. */
function module(depends: string): Uint8Array {
  const info = utf8(`license=GPL\0depends=${depends}\0`);
  const names = utf8("\0.modinfo\0.shstrtab\0");
  const bytes = new Uint8Array(64 + 3 * 64 + info.length + names.length);
  const view = viewOf(bytes);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setBigUint64(40, 64n, true);
  [64, 3, 2].forEach((value, index) => {
    view.setUint16(58 + 2 * index, value, true);
  });
  const section = (index: number, name: number, offset: number, data: Uint8Array) => {
    view.setUint32(64 + 64 * index, name, true);
    view.setBigUint64(64 + 64 * index + 24, BigInt(offset), true);
    view.setBigUint64(64 + 64 * index + 32, BigInt(data.length), true);
    bytes.set(data, offset);
  };
  section(1, 1, 256, info);
  section(2, 10, 256 + info.length, names);
  return bytes;
}

const kernelFolder = "usr/lib/modules/6.12.9/kernel";
const moduleFiles = {
  [`${kernelFolder}/drivers/block/virtio_blk.ko`]: module(""),
  [`${kernelFolder}/drivers/net/virtio_net.ko`]: module("net_failover"),
  [`${kernelFolder}/drivers/net/net_failover.ko`]: module("failover"),
  [`${kernelFolder}/net/core/failover.ko`]: module(""),
  [`${kernelFolder}/fs/ext4/ext4.ko`]: module("crc16"),
  [`${kernelFolder}/lib/crc16.ko`]: module(""),
  [`${kernelFolder}/drivers/gpu/huge.ko`]: module(""),
};

let key: openpgp.PrivateKey;
let keyring: Uint8Array;
let mirror: MemoryMirror;
let cache: MemoryCache;
let ports: DebianPorts;
let options: BootFilesOptions;

beforeAll(async () => {
  const made = await openpgp.generateKey({ userIDs: [{ name: "Test" }], format: "object" });
  key = made.privateKey;
  keyring = made.publicKey.write();
});

beforeEach(() => {
  mirror = new MemoryMirror(base);
  cache = new MemoryCache();
  ports = { ...debianPorts(), fetcher: mirror, cache };
  options = { mirror: `${base}/`, keyring, now: Date.now() + 1000 };
});

/** Adds a package to the mirror; its paragraph of the index. */
function publish(name: string, version: string, bytes: Uint8Array, extension = "deb"): string {
  const filename = `pool/${name}_${version}.${extension}`;
  mirror.files.set(filename, bytes);
  const fields = {
    Package: name,
    Version: version,
    Filename: filename,
    Size: bytes.length,
    SHA256: sha256(bytes),
  };
  return `${Object.entries(fields)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join("")}\n`;
}

/** Publishes indexes of components, and the release that signs them. */
async function release(indexes: Record<string, string>, extra = "", name = "trixie"): Promise<void> {
  const lines = Object.entries(indexes).map(([component, text]) => {
    const path = `${component}/binary-riscv64/Packages.xz`;
    mirror.files.set(`dists/${name}/${path}`, utf8(text));
    return ` ${sha256(utf8(text))} ${utf8(text).length} ${path}\n`;
  });
  const text = `Codename: trixie\n${extra}SHA256:\n${lines.join("")}`;
  const message = await openpgp.createCleartextMessage({ text });
  mirror.files.set(`dists/${name}/InRelease`, utf8(await openpgp.sign({ message, signingKeys: key })));
}

const busybox = async () =>
  publish("busybox-static", "1:1.37-1", await deb({ "usr/bin/busybox": utf8("BUSY") }));

async function linux(version: string, name = `linux-image-${version}+deb13-riscv64`): Promise<string> {
  const bytes = await deb({ [`boot/vmlinux-${version}`]: kernel(version), ...moduleFiles });
  return publish(name, `${version}-1`, bytes);
}

describe("a pull", () => {
  test("takes the newest kernel, its modules and busybox, and needs no mirror afterwards", async () => {
    const images = [await linux("6.12.94"), await linux("6.12.107"), await linux("6.12.99")];
    const others = [await linux("6.13.1"), await linux("6.12.200", "linux-image-6.12.200+deb13-riscv64-dbg")];
    await release({ main: [...images, ...others, await busybox()].join("") });
    const files = await bootFiles(ports, options);
    expect(files.version).toBe("6.12.107-1");
    expect(files.busyboxVersion).toBe("1:1.37-1");
    const names = files.modules.map(({ name }) => name);
    expect(names).toEqual(["virtio_blk", "failover", "net_failover", "virtio_net", "crc16", "ext4"]);
    const stored = (path: string) => fromUtf8(cache.files.get(path.replace("/cache/", "")) ?? utf8("absent"));
    expect(stored(files.kernel)).toContain("6.12.107");
    expect(stored(files.busybox)).toBe("BUSY");
    expect([...cache.files.keys()].filter((name) => /packages|indexes|tmp|part/.test(name))).toEqual([]);

    mirror.down = true;
    expect(await bootFiles(ports, { now: 0 })).toEqual(files);
    await expect(bootFiles(ports, { ...options, refresh: true })).rejects.toThrow(
      `Cannot fetch ${base}/dists/trixie/InRelease: connect ECONNREFUSED`,
    );
  });

  test("passes over a kernel that the pool no longer has", async () => {
    const main = [await linux("6.12.107"), await linux("6.12.94"), await busybox()].join("");
    await release({ main });
    mirror.files.delete("pool/linux-image-6.12.107+deb13-riscv64_6.12.107-1.deb");
    expect((await bootFiles(ports, options)).version).toBe("6.12.94-1");
  });

  test("takes the indexes under the suite's other name where they are not those of the release", async () => {
    await release({ main: (await linux("6.12.94")) + (await busybox()) }, "Suite: stable\n", "stable");
    await release({ main: (await linux("6.12.107")) + (await busybox()) }, "Suite: stable\n");
    const index = "dists/trixie/main/binary-riscv64/Packages.xz";
    mirror.files.set(index, mirror.files.get(index.replace("trixie", "stable")) ?? utf8(""));
    expect((await bootFiles(ports, options)).version).toBe("6.12.94-1");
    expect([...cache.files.keys()].filter((name) => name.endsWith(".xz"))).toEqual([]);

    mirror.files.set("dists/stable/InRelease", utf8("another archive's"));
    const refused = `${base}/${index}: it ended after`;
    await expect(bootFiles(ports, { ...options, refresh: true })).rejects.toThrow(refused);
  });

  test("prefers the installer's packages, which are smaller, where they are served", async () => {
    const image = await deb({ "boot/vmlinux": kernel("udeb") });
    const modules = await deb(moduleFiles);
    const installer =
      publish("kernel-image-6.12.107+deb13-riscv64-di", "6.12.107-1", image, "udeb") +
      publish("ext4-modules-6.12.107+deb13-riscv64-di", "6.12.107-1", modules, "udeb");
    const main = (await linux("6.12.107")) + (await busybox());
    await release({ main, "main/debian-installer": installer });
    const small = await bootFiles(ports, options);
    expect(mirror.asked.some((path) => path.includes("linux-image"))).toBe(false);
    expect(small.modules).toHaveLength(6);

    mirror.files.delete("pool/ext4-modules-6.12.107+deb13-riscv64-di_6.12.107-1.udeb");
    const full = await bootFiles(ports, { ...options, refresh: true });
    expect(mirror.asked.at(-1)).toContain("linux-image");
    expect(full.modules).toHaveLength(6);
  });

  test("names what is missing", async () => {
    await expect(bootFiles(ports, { now: 0 })).rejects.toThrow("no Debian mirror is known");
    await release({ main: await busybox() });
    await expect(bootFiles(ports, options)).rejects.toThrow(
      `${base} has no linux-image-6.12.*-riscv64 in suite trixie`,
    );
    cache.files.clear();
    const path = "pool/busybox-static_1:1.37-1.deb";
    mirror.files.set(path, new Uint8Array(mirror.files.get(path)?.length ?? 0));
    await expect(bootFiles(ports, options)).rejects.toThrow("busybox-static 1:1.37-1 has SHA-256 ");
  });
});

describe("a release", () => {
  test("is refused unless a trusted key signed it", async () => {
    await release({ main: "" });
    const { keyring: _, ...untrusting } = options;
    await expect(bootFiles(ports, untrusting)).rejects.toThrow(
      "has no good signature of a trusted Debian key",
    );
    const signed = fromUtf8(mirror.files.get("dists/trixie/InRelease") ?? utf8(""));
    mirror.files.set("dists/trixie/InRelease", utf8(signed.replace("Codename", "codename")));
    await expect(bootFiles(ports, options)).rejects.toThrow("has no good signature of a trusted Debian key");
    mirror.files.set("dists/trixie/InRelease", utf8("Codename: trixie\n"));
    await expect(bootFiles(ports, options)).rejects.toThrow("is not a signed release");
  });

  test("is refused when it has expired, or is another suite's", async () => {
    await release({ main: "" }, "Valid-Until: Sat, 01 Jan 2000 00:00:00 UTC\n");
    await expect(bootFiles(ports, options)).rejects.toThrow("was valid only until Sat, 01 Jan 2000");
    await release({ main: "" });
    mirror.files.set("dists/sid/InRelease", mirror.files.get("dists/trixie/InRelease") ?? utf8(""));
    await expect(bootFiles(ports, { ...options, suite: "sid" })).rejects.toThrow(
      'is the release of "trixie", not of "sid"',
    );
  });
});
