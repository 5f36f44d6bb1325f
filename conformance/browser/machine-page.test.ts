/** A whole machine in the page: it boots, is used, looked into, and its files are kept. */

import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { artefacts, launch, missing, open, openElement, type TestPage, WebServer } from "./support/page.ts";

const title = missing === undefined ? "the page" : `the page (skipped: ${missing})`;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe.skipIf(missing !== undefined)(title, () => {
  let server: WebServer;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    server = await WebServer.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    server?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  });
  afterEach(() => context.close());

  /** A page whose machine has booted. */
  async function booted(url = server.url): Promise<TestPage> {
    const page = await open(context, url);
    await page.booted();
    return page;
  }

  test("boots to a shell, and does what is typed", async () => {
    const page = await booted();
    expect(await page.page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await page.run("uname -sm")).toBe("Linux riscv64");
    await page.picture("machine");
    expect(page.complaints).toEqual([]);
  });

  test("boots where the page is not isolated", async () => {
    const plain = await WebServer.start("--no-isolation");
    try {
      const page = await booted(plain.url);
      expect(await page.page.evaluate(() => crossOriginIsolated)).toBe(false);
      expect(await page.run("echo $((6 * 7))")).toBe("42");
      expect(await page.notices()).toMatch(/^This page is not isolated from others/);
      expect(page.complaints).toEqual([]);
    } finally {
      plain.stop();
    }
  });

  test("shows at once when the technique changes", async () => {
    const page = await booted();
    const share = async (): Promise<number> =>
      Number.parseFloat(await page.page.locator('[data-name="in translated code"]').innerText());
    const shares = { timeout: 30_000 };
    const choose = (name: string) => page.page.getByLabel("Technique").selectOption(name);
    await page.page.locator(".xterm-helper-textarea").focus();
    await page.page.keyboard.type("dd if=/dev/zero bs=1M count=100000 | sha256sum\n");
    await expect.poll(share, shares).toBeGreaterThan(50);
    await page.picture("dynamic");
    await choose("interpret");
    await expect.poll(share, shares).toBe(0);
    await choose("translate");
    await expect.poll(share, shares).toBeGreaterThan(50);
    await page.picture("techniques");
    await page.page.locator("#regions button").first().click();
    await page.page.locator("#wasm-code", { hasText: "(module" }).waitFor({ timeout: 20_000 });
    expect(await page.page.locator("#guest-code").innerText()).toMatch(/0x[0-9a-f]+ {2}\w+/);
    await page.picture("region");
    expect(page.complaints).toEqual([]);
  });

  test("maps the guest's memory: what was loaded, what a device brought, and what Linux says", async () => {
    const page = await booted();
    const mebibytes = async (kind: number): Promise<number> => {
      const [, value, unit] =
        /^([\d.]+) (\w+)$/.exec(await page.page.locator(`[data-kind="${kind}"]`).innerText()) ?? [];
      return unit === "MiB" ? Number(value) : 0;
    };
    await page.page
      .locator("#memory-said", { hasText: /Linux says: free \d.* MiB, page cache \d/ })
      .waitFor();
    expect(await mebibytes(3)).toBeGreaterThan(10);
    expect(await mebibytes(0)).toBeGreaterThan(100);
    await page.run(
      "dd if=/dev/urandom of=/mnt/brought bs=1M count=24 2>/dev/null; echo 3 > /proc/sys/vm/drop_caches",
    );
    await page.run("sha256sum /mnt/brought");
    await expect.poll(() => mebibytes(4), { timeout: 20_000 }).toBeGreaterThan(12);
    await page.page.locator("#memory-map").scrollIntoViewIfNeeded();
    await page.picture("memory");
    expect(page.complaints).toEqual([]);
  });

  test("pauses, resumes, resets, and is switched off and on", async () => {
    const page = await booted();
    await page.page.getByRole("button", { name: "Pause" }).click();
    await page.page.locator("#state", { hasText: "Paused" }).waitFor();
    await page.page.getByRole("button", { name: "Resume" }).click();
    expect(await page.run("echo $((1 + 1))")).toBe("2");
    await page.page.getByRole("button", { name: "Reset" }).click();
    await page.shows(/BusyBox/);
    await page.booted();
    await page.page.getByRole("button", { name: "Power off" }).click();
    await page.page.locator("#state", { hasText: "Off" }).waitFor();
    await page.powerOn();
    expect(page.complaints).toEqual([]);
  });

  test("takes files in and gives them out, byte for byte, and has them after a reload", async () => {
    const bytes = randomBytes(3_000_000);
    const path = join(artefacts, "upload.bin");
    await writeFile(path, bytes);
    const page = await booted();
    await page.page.locator("input[type=file]").first().setInputFiles(path);
    await page.page.locator("#files", { hasText: "upload.bin" }).waitFor();
    expect(await page.run("sha256sum upload.bin | cut -c1-64")).toBe(sha256(bytes));
    await page.run(
      "mkdir -p a/b; cp upload.bin a/b/copy.bin; echo kept > a/kept; chmod 700 a/kept; ln -s kept a/link",
    );
    await page.page.locator("#files", { hasText: "copy.bin" }).waitFor();
    const [download] = await Promise.all([
      page.page.waitForEvent("download"),
      page.page.getByRole("button", { name: "a/b/copy.bin", exact: true }).click(),
    ]);
    expect(sha256(await readFile(await download.path()))).toBe(sha256(bytes));
    await page.picture("files");
    await page.page.locator("#files-kept", { hasText: "kept" }).waitFor();
    await page.page.reload();
    await page.booted();
    expect(await page.run("cat a/link; stat -c %a a/kept; sha256sum a/b/copy.bin | cut -c1-64")).toBe(
      `kept\n700\n${sha256(bytes)}`,
    );
    expect(page.complaints).toEqual([]);
  });

  test("says so when storage is full, and loses nothing that is in memory", async () => {
    const page = await booted();
    const session = await context.newCDPSession(page.page);
    const { origin } = new URL(server.url);
    const { usage } = await session.send("Storage.getUsageAndQuota", { origin });
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + 1_000_000 });
    await page.run("dd if=/dev/urandom of=big bs=1M count=8 2>/dev/null; sha256sum big > sum");
    await page.page.locator("#notices", { hasText: "has no room left" }).waitFor({ timeout: 20_000 });
    expect(await page.run("sha256sum -c sum")).toBe("big: OK");
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    await page.page.locator("#notices", { hasText: "room again" }).waitFor({ timeout: 20_000 });
    await page.page.reload();
    await page.booted();
    expect(await page.run("sha256sum -c sum")).toBe("big: OK");
  });

  test("tells the second of two tabs that it keeps nothing", async () => {
    const first = await booted();
    const second = await booted();
    expect(await second.notices()).toMatch(/Another tab/);
    expect(await first.notices()).toBe("");
  });

  test.each([
    ["a kernel that is missing", "**/guest/kernel", { status: 404 }, /the server says 404/],
    [
      "a kernel that is another one",
      "**/guest/initrd",
      undefined,
      /it is not the file that the page was made with/,
    ],
    ["no guest at all", "**/guest/guest.json", { status: 404 }, /There is no guest to boot/],
  ])("says what is wrong with %s", async (_what, pattern, answer, message) => {
    const page = await open(context, "about:blank");
    await page.page.route(pattern, async (route) => {
      if (answer) return route.fulfill(answer);
      const response = await route.fetch();
      const body = await response.body();
      body[100] = (body[100] ?? 0) ^ 1;
      return route.fulfill({ response, body });
    });
    await page.page.goto(server.url);
    await page.page.locator("#notices", { hasText: message }).waitFor();
    expect(await page.page.locator("#state").innerText()).toBe("Failed");
  });

  test.each([
    ["workers", "Reflect.deleteProperty(globalThis, 'Worker')"],
    ["WebAssembly with SIMD", "WebAssembly.validate = () => false"],
    ["WebAssembly", "Reflect.deleteProperty(globalThis, 'WebAssembly')"],
  ])("says that the browser lacks %s", async (what, script) => {
    const page = await open(context, "about:blank");
    await page.page.addInitScript(script);
    await page.page.goto(server.url);
    await page.page
      .locator("#notices", { hasText: `This browser has no ${what}: Strata cannot run here.` })
      .waitFor();
    expect(page.complaints).toEqual([]);
  });

  test("boots a page that came over a network without encryption, and says what that costs", async () => {
    const { port } = new URL(server.url);
    const other = await launch("--host-resolver-rules=MAP strata.test 127.0.0.1");
    try {
      const page = await open(await other.newContext(), `http://strata.test:${port}/`);
      expect(await page.page.evaluate(() => isSecureContext)).toBe(false);
      await page.booted();
      expect(await page.run("echo $((6 * 7))")).toBe("42");
      const notices = await page.notices();
      expect(notices).toMatch(/neither over https nor from this computer/);
      expect(notices).toMatch(/This browser keeps nothing for this page/);
    } finally {
      await other.close();
    }
  });

  test("goes on behind another tab", async () => {
    const page = await booted();
    const front = await open(context, "about:blank");
    await front.page.bringToFront();
    const before = await page.run("cut -d. -f1 /proc/uptime; date +%s");
    const work = "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; echo $i";
    expect(await page.run(work)).toBe("30000");
    const after = await page.run("cut -d. -f1 /proc/uptime; date +%s");
    const [[uptime = 0, date = 0] = [], [later = 0, laterDate = 0] = []] = [before, after].map((text) =>
      text.split("\n").map(Number),
    );
    // The guest's clock has gone on as the world's has.
    expect(Math.abs(later - uptime - (laterDate - date))).toBeLessThanOrEqual(2);
  });

  test("says that the browser stopped it in the background", async () => {
    const page = await booted();
    // A browser without windows never does that by itself.
    await page.page.evaluate(() => {
      for (const name of ["freeze", "resume"]) document.dispatchEvent(new Event(name));
    });
    await page.page.locator("#notices", { hasText: "stopped this page in the background" }).waitFor();
  });

  test.each([
    ["a phone", { viewport: { width: 390, height: 844 }, colorScheme: "light" }],
    ["the dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
  ] as const)("is usable on %s", async (name, options) => {
    await context.close();
    context = await browser.newContext(options);
    const page = await booted();
    const { width } = options.viewport;
    expect(await page.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.run("ls /");
    await page.picture(`machine on ${name}`);
  });

  test("is an element in a page of somebody else", async () => {
    const page = await openElement(context, server.url, 'memory="128"');
    expect(await page.run("free -m | awk '/Mem/ { print ($2 < 128) }'")).toBe("1");
    await page.picture("element");
    expect(page.complaints).toEqual([]);
  });

  test("never keeps its main thread busy for long", async () => {
    const page = await open(context, "about:blank");
    await page.page.addInitScript(() => {
      const tasks: number[] = [];
      Object.assign(globalThis, { longTasks: tasks });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ type: "longtask", buffered: true });
    });
    await page.page.goto(server.url);
    await page.booted();
    await page.run("dd if=/dev/zero bs=1M count=20 | sha256sum; ls -lR /proc/self | head -200");
    const tasks = await page.page.evaluate(
      () => (globalThis as unknown as { longTasks: number[] }).longTasks,
    );
    console.log(
      `tasks of the main thread over 50 ms: ${tasks.map((task) => task.toFixed(0)).join(", ") || "none"}`,
    );
    // A browser counts a task as long from 50 ms on; others on this computer can make any task long.
    expect(Math.max(0, ...tasks)).toBeLessThan(500);
  });
});
