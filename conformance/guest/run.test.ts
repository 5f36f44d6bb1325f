/** Debian's kernel and busybox, booted by the command itself. */

import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guest } from "./support/guest.ts";
import { strata } from "./support/strata.ts";

const title = guest.missing === undefined ? "strata run" : `strata run (skipped: ${guest.missing})`;

/** A command in a guest; a test that hangs should say so before the runner does. */
const run = (command: string[], ...options: string[]) =>
  strata(["run", "--timeout", "120", ...options, "--", ...command]);
const shell = (script: string, ...options: string[]) => run(["sh", "-c", script], ...options);
const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest("hex");

describe.skipIf(guest.missing !== undefined)(title, () => {
  let folder: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-guest-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("pipes standard input to standard output, and says nothing else", async () => {
    const { status, stdout, stderr } = await strata(["run", "--", "wc", "-c"], { input: "hello\n" });
    expect([status, stdout.toString(), stderr]).toEqual([0, "6\n", ""]);
  });

  test("passes arguments, both streams and the status", async () => {
    const done = await run(["sh", "-c", 'echo "[$1]"; echo err >&2; exit 37', "sh", 'it\'s  a "word" $x']);
    expect([done.status, done.stdout.toString(), done.stderr]).toEqual([
      37,
      '[it\'s  a "word" $x]\n',
      "err\n",
    ]);
  });

  test("keeps 1 MB as it is, both ways", async () => {
    const input = randomBytes(1 << 20);
    const { status, stdout } = await strata(["run", "--", "cat"], { input });
    expect([status, digest("sha256", stdout)]).toEqual([0, digest("sha256", input)]);
  });

  test("attaches a disk and a share", async () => {
    await writeFile(file("disk.img"), randomBytes(1 << 20));
    await writeFile(file("file"), randomBytes(300_000));
    const script =
      "cat /proc/cpuinfo; ls /; dd if=/dev/vda bs=512 count=1 | sha256sum; md5sum /mnt/file; echo new > /mnt/new";
    const done = await shell(script, "--disk", file("disk.img"), "--share", `${folder}:work`);
    const sector = (await readFile(file("disk.img"))).subarray(0, 512);
    const text = done.stdout.toString();
    expect(done.status).toBe(0);
    expect(text).toMatch(/isa\s*: rv64imafdc/);
    expect(text).toContain(`${digest("sha256", sector)}  -\n`);
    expect(text).toContain(`${digest("md5", await readFile(file("file")))}  /mnt/file\n`);
    expect(await readFile(file("new"), "utf8")).toBe("new\n");
  });

  test("refuses writes to what is read-only", async () => {
    await writeFile(file("ro.img"), Buffer.alloc(1 << 16, "x"));
    await writeFile(file("kept"), "kept\n");
    const done = await shell(
      "echo x > /mnt/new2 || rm /mnt/kept || echo x > /dev/vda || echo refused; cat /mnt/kept",
      ...["--disk", `${file("ro.img")}:ro`, "--share", `${folder}:work:ro`],
    );
    expect([done.status, done.stdout.toString()]).toEqual([0, "refused\nkept\n"]);
    expect(await readFile(file("kept"), "utf8")).toBe("kept\n");
    expect(await readFile(file("ro.img"), "utf8")).toMatch(/^x+$/);
  });

  test("checks the translator, and leaves the disk as it was", async () => {
    await writeFile(file("checked.img"), Buffer.alloc(1 << 16, "x"));
    const script =
      "cat; dd if=/dev/zero of=/dev/vda bs=512 count=2 2>/dev/null; sync; head -c 3 /dev/vda | od -c";
    const options = ["--check", "--timeout", "300", "--disk", file("checked.img")];
    const done = await strata(["run", ...options, "--", "sh", "-c", script], { input: "in\n" });
    expect([done.status, done.stderr]).toEqual([0, ""]);
    expect(done.stdout.toString()).toMatch(/^in\n0+ +\\0 +\\0 +\\0\n/);
    expect(await readFile(file("checked.img"), "utf8")).toMatch(/^x+$/);
  });

  test("forwards a signal to the command", async () => {
    const done = await strata(
      [
        "run",
        "--timeout",
        "120",
        "--",
        "sh",
        "-c",
        "trap 'echo term; exit 5' TERM; echo up; while :; do sleep 0.1; done",
      ],
      { onOutput: (child) => child.kill("SIGTERM") },
    );
    expect([done.status, done.stdout.toString()]).toEqual([5, "up\nterm\n"]);
  });

  test("takes the shell's commands from a pipe, and powers off", async () => {
    const { status, stdout } = await strata(["run", "--timeout", "120"], { input: "uname -s -m\n" });
    expect(stdout.toString()).toContain("Linux riscv64");
    expect(status).toBe(0);
  });

  test.each([
    ["a panic", "echo c > /proc/sysrq-trigger", 70, "the guest's kernel panicked"],
    ["a reset", "reboot -f", 71, "the guest asked for a reset"],
    ["a power-off", "poweroff -f", 73, "the guest powered off before the command ended"],
    ["a signal", "kill -9 $$", 137, undefined],
  ])("tells %s by its status", async (_what, script, expected, message) => {
    const { status, stdout, stderr } = await shell(script);
    expect([status, stdout.toString()]).toEqual([expected, ""]);
    if (message === undefined) expect(stderr).toBe("");
    else expect(stderr.trimEnd().split("\n").at(-1)).toBe(`strata: ${message}`);
  });

  test("shows what a kernel that panics said", async () => {
    expect((await shell("echo c > /proc/sysrq-trigger")).stderr).toContain(
      "Kernel panic - not syncing: sysrq",
    );
  });

  test("stops at the limit of time", async () => {
    const { status, stderr } = await strata(["run", "--timeout", "2", "--", "sleep", "60"]);
    expect([status, stderr]).toEqual([124, "strata: the guest was stopped after 2 s (--timeout)\n"]);
  });
});
