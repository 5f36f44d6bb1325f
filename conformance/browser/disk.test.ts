/** A disk of the machine in the page: read by ranges from `strata web --disk` or from a file, and what the guest writes kept. */

import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launch, missing, open, openElement, type TestPage, WebServer } from "./support/page.ts";

const title = missing === undefined ? "a disk in the page" : `a disk in the page (skipped: ${missing})`;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const MEBIBYTE = 2 ** 20;
const SIZE = 64 * MEBIBYTE;
const file = randomBytes(3 * MEBIBYTE);

/** Makes a file system with `file` and a larger one in it. */
async function makeImage(folder: string, path: string, kind: "ext2" | "ext4"): Promise<void> {
  const tree = join(folder, `tree-${kind}`);
  await mkdir(tree, { recursive: true });
  await writeFile(join(tree, "file"), file);
  await writeFile(join(tree, "large"), randomBytes(24 * MEBIBYTE));
  execFileSync("/usr/sbin/mke2fs", ["-q", "-t", kind, "-d", tree, path, `${SIZE / MEBIBYTE}M`]);
}

describe.skipIf(missing !== undefined)(title, () => {
  let folder: string;
  let server: WebServer;
  let browser: Browser;
  let context: BrowserContext;
  /** Lengths of the ranges of images that the page asked for. */
  let ranges: number[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "strata-images-"));
    for (const kind of ["ext2", "ext4"] as const) await makeImage(folder, join(folder, `${kind}.img`), kind);
    await copyFile(join(folder, "ext2.img"), join(folder, "changing.img"));
    server = await WebServer.start("--disk", folder);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    server?.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    ranges = [];
    context.on("request", async (request) => {
      if (!request.url().includes("/disks/")) return;
      const [, first, last] = /bytes=(\d+)-(\d+)/.exec((await request.headerValue("range")) ?? "") ?? [];
      ranges.push(Number(last) + 1 - Number(first));
    });
  });
  afterEach(() => context.close());

  /** Chooses a disk in the page, and waits until the machine has booted with it. */
  async function use(page: TestPage, choice: string): Promise<void> {
    await page.page.locator("#disk > summary").click();
    await page.page.getByLabel("Disk image", { exact: true }).selectOption({ label: choice });
    await restart(page);
  }

  async function restart(page: TestPage): Promise<void> {
    await page.page.getByRole("button", { name: "Restart with this disk" }).click();
    await page.page.locator("#disk-sizes", { hasText: "Written" }).waitFor();
    await page.booted();
  }

  async function withDisk(choice: string): Promise<TestPage> {
    const page = await open(context, server.url);
    await page.booted();
    await use(page, choice);
    return page;
  }

  async function reload(page: TestPage): Promise<void> {
    ranges = [];
    await page.page.reload();
    await page.booted();
  }

  const mount = "mkdir -p /disk && mount /dev/vda /disk";
  const sum = (path: string) => `sha256sum ${path} | cut -c1-64`;
  const fetched = () => ranges.reduce((all, length) => all + length, 0);

  test("is fetched where it is read, and what the guest wrote is there after a reload, with nothing fetched again", async () => {
    const page = await withDisk("ext2.img");
    expect(await page.run(`${mount}; ${sum("/disk/file")}`)).toBe(sha256(file));
    expect(fetched()).toBeGreaterThan(file.length);
    expect(fetched()).toBeLessThan(SIZE / 4);
    // Chunks of a file that is read from its beginning to its end come several at a time.
    expect(ranges.length).toBeLessThan(fetched() / (128 * 1024));
    await page.run("cp /disk/file /disk/copy; echo kept > /disk/note; sync");
    await page.picture("disk");
    await reload(page);
    expect(await page.run(`${mount}; cat /disk/note; ${sum("/disk/copy")}; ${sum("/disk/file")}`)).toBe(
      `kept\n${sha256(file)}\n${sha256(file)}`,
    );
    expect(ranges).toEqual([1]);
    expect(page.complaints).toEqual([]);
  });

  test("has a file system with a journal, which survives that the page is closed in the middle of a write", async () => {
    const page = await withDisk("ext4.img");
    await page.run(`${mount}; cp /disk/file /disk/copy; sync`);
    const written = async (): Promise<number> => {
      const sizes = (await page.page.locator("#disk-sizes").textContent()) ?? "";
      return Number(/Written: ([\d.]+) MiB/.exec(sizes)?.[1] ?? 0);
    };
    await expect.poll(written, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    const before = await written();
    await page.page.keyboard.type("while :; do cp /disk/file /disk/other; sync; done\n");
    await expect.poll(written, { timeout: 20_000 }).toBeGreaterThan(before);
    await reload(page);
    expect(await page.run(`${mount} && ${sum("/disk/copy")}`)).toBe(sha256(file));
    expect(await page.run("touch /disk/new && sync && ls /disk/new")).toBe("/disk/new");
    expect(page.complaints).toEqual([]);
  });

  test("is reset when the user wants it, after a question", async () => {
    const page = await withDisk("ext2.img");
    await page.run(`${mount}; echo gone > /disk/note; sync`);
    await page.page.getByRole("button", { name: "Reset disk…" }).click();
    await page.page.getByRole("button", { name: "Cancel" }).click();
    expect(await page.run("cat /disk/note")).toBe("gone");
    await page.page.getByRole("button", { name: "Reset disk…" }).click();
    await page.picture("disk reset");
    await page.page.getByRole("button", { name: "Reset disk", exact: true }).click();
    await page.page.locator("#notices", { hasText: "is gone. The machine is off" }).waitFor();
    await page.powerOn();
    expect(await page.run(`${mount}; ls /disk`)).toMatch(/^file +large +lost\+found$/);
  });

  test("gives the guest an error where storage is full, and loses nothing that was written before", async () => {
    const page = await withDisk("ext2.img");
    // The kernel's complaints are asked for; between the answers they would only disturb.
    await page.run(`dmesg -n 1; ${mount}; echo kept > /disk/note; sync`);
    const session = await context.newCDPSession(page.page);
    const { origin } = new URL(server.url);
    const { usage } = await session.send("Storage.getUsageAndQuota", { origin });
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + MEBIBYTE });
    const errors = "dmesg | grep -c 'I/O error, dev vda'";
    await page.run("dd if=/dev/zero of=/disk/big bs=1M count=20 2>/dev/null; sync");
    await page.page.locator("#notices", { hasText: "There is no room left" }).waitFor();
    expect(Number(await page.run(errors))).toBeGreaterThan(0);
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    await page.run("rm /disk/big; cp /disk/file /disk/copy; sync");
    await page.page.locator("#notices", { hasText: "There is room again" }).waitFor();
    await reload(page);
    expect(await page.run(`${mount}; cat /disk/note; ${sum("/disk/copy")}`)).toBe(`kept\n${sha256(file)}`);
  });

  test("belongs to one tab: another one keeps nothing, and says so", async () => {
    const first = await withDisk("ext2.img");
    await first.run(`${mount}; echo first > /disk/note; sync`);
    const second = await open(context, server.url);
    await second.booted();
    expect(await second.notices()).toMatch(/Another tab has this disk.*gone when the page is closed/);
    expect(await second.run(`${mount}; ls /disk; echo second > /disk/note; sync; cat /disk/note`)).toMatch(
      /^file +large +lost\+found\nsecond$/,
    );
    await first.page.bringToFront();
    expect(await first.run("echo 3 > /proc/sys/vm/drop_caches; cat /disk/note")).toBe("first");
  });

  test("is never mixed of two versions of an image", async () => {
    const path = join(folder, "changing.img");
    const page = await withDisk("changing.img");
    await page.run(`${mount}; echo old > /disk/note; sync`);
    await makeImage(folder, path, "ext2");
    expect(await page.run("cat /disk/large | wc -c")).toMatch(/error|^0$/i);
    await page.page.locator("#notices", { hasText: "the image on the server has changed" }).waitFor();
    await page.page.reload();
    await page.page
      .locator("#notices", { hasText: "is not the one that this machine's disk was made from" })
      .waitFor();
    expect(await page.page.locator("#state").innerText()).toBe("Failed");
    await page.picture("disk changed");
    await page.page.locator("#disk > summary").click();
    await page.page.getByRole("button", { name: "Reset disk…" }).click();
    await page.page.getByRole("button", { name: "Reset disk", exact: true }).click();
    await page.page.locator("#notices", { hasText: "is gone. The machine is off" }).waitFor();
    await page.powerOn();
    expect(await page.run(`${mount}; ls /disk; ${sum("/disk/file")}`)).toMatch(
      new RegExp(`^file +large +lost\\+found\n${sha256(file)}$`),
    );
  });

  test("may be a file of the user's computer, read where it is", async () => {
    const page = await open(context, server.url);
    await page.booted();
    const choose = async () => {
      await page.page.locator("#disk > summary").click();
      await page.page
        .getByLabel("Disk image", { exact: true })
        .selectOption({ label: "An image on this computer…" });
      await page.page.getByLabel("Disk image of this computer").setInputFiles(join(folder, "ext4.img"));
      await restart(page);
    };
    await choose();
    expect(await page.run(`${mount}; ${sum("/disk/file")}`)).toBe(sha256(file));
    await page.run("echo kept > /disk/note; sync");
    await reload(page);
    await choose();
    expect(await page.run(`${mount}; cat /disk/note`)).toBe("kept");
    expect(ranges).toEqual([]);
  });

  test("of another site is refused with a reason, and one that is not there too", async () => {
    const page = await open(context, server.url);
    await page.booted();
    await page.page.locator("#disk > summary").click();
    await page.page
      .getByLabel("Disk image", { exact: true })
      .selectOption({ label: "An image on this site…" });
    const press = async (address: string) => {
      await page.page.getByLabel("Address of a disk image").fill(address);
      await page.page.getByRole("button", { name: "Restart with this disk" }).click();
    };
    await press("http://elsewhere.example/disk.img");
    await page.page.locator("#notices", { hasText: "fetches nothing from other sites" }).waitFor();
    await press("disks/none.img");
    await page.page.locator("#notices", { hasText: /disks\/none.img: the server says 404/ }).waitFor();
    expect(await page.page.locator("#state").innerText()).toBe("Failed");
    await page.page.getByLabel("Disk image", { exact: true }).selectOption({ label: "No disk" });
    await page.page.getByRole("button", { name: "Restart with this disk" }).click();
    await page.booted();
  });

  test("is an attribute of the element", async () => {
    const page = await openElement(context, server.url, 'memory="128" disk="disks/ext2.img"');
    expect(await page.run(`${mount}; ${sum("/disk/file")}`)).toBe(sha256(file));
  });
});
