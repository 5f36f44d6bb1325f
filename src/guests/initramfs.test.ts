import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { initScript } from "./init-script.ts";
import { CommandError, commandArchive, initramfs, moduleArchive } from "./initramfs.ts";

test("holds busybox, the modules with their order, and an init that a shell can parse", () => {
  const archive = fromUtf8(
    initramfs({
      busybox: utf8("BUSYBOX"),
      modules: [
        { name: "crc16", bytes: utf8("CRC") },
        { name: "ext4", bytes: utf8("EXT") },
      ],
    }),
  );
  for (const part of [
    "bin/busybox\0",
    "dev/console\0",
    "crc16\next4\n",
    "lib/modules/ext4.ko\0",
    initScript,
  ]) {
    expect(archive).toContain(part);
  }
  execFileSync("sh", ["-n"], { input: initScript });
});

test("describes modules on demand as modprobe wants it", () => {
  const module = (name: string, depends: string[], aliases: string[] = []) => {
    return { name, depends, aliases, bytes: utf8(name) };
  };
  const onDemand = [module("a", []), module("b", ["a"]), module("ext4", ["a", "b"], ["fs-ext4", "fs-ext2"])];
  const archive = fromUtf8(initramfs({ busybox: utf8("BUSYBOX"), modules: [], onDemand }));
  const apart = fromUtf8(moduleArchive({ modules: [], onDemand }));
  expect(apart).not.toContain("BUSYBOX");
  for (const part of [
    "a.ko:\nb.ko: a.ko\next4.ko: b.ko a.ko\n",
    "alias fs-ext4 ext4\nalias fs-ext2 ext4\n",
    "etc/filesystems\0",
    "lib/modules/ext4.ko\0",
  ]) {
    expect(archive).toContain(part);
    expect(apart).toContain(part);
  }
});

/** What a POSIX shell makes of the script in a command archive. */
function run(archive: Uint8Array): string {
  const text = fromUtf8(archive);
  const script = /strata\/command\0+([\s\S]*?\n)\0*070701/.exec(text)?.[1] ?? "";
  return execFileSync("sh", [], { input: script, encoding: "utf8" });
}

test("hands over arguments, directory and environment byte by byte", () => {
  const words = ["it's", "", "a  b", '$HOME `x` \\ "', "-n", "two\nlines", "ü"];
  expect(run(commandArchive(["printf", "[%s]", ...words]))).toBe(words.map((word) => `[${word}]`).join(""));
  expect(
    run(commandArchive(["sh", "-c", 'echo "$A:$(pwd)"'], { cwd: "/usr/lib/..", env: { A: "it's $x" } })),
  ).toBe("it's $x:/usr\n");
});

test("refuses what a command cannot be", () => {
  expect(() => commandArchive([])).toThrow(CommandError);
  expect(() => commandArchive(["a\0b"])).toThrow("A zero byte cannot be in a command");
  expect(() => commandArchive(["a"], { env: { "x y": "" } })).toThrow(
    '"x y" cannot be the name of a variable',
  );
});
