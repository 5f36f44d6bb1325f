/** The tab for Linux programs in Chromium: busybox runs there, from the server and as a file of the user's. */

import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pullBootFiles } from "../../src/cli/guest-image.ts";
import { launch, missing, open, type TestPage, WebServer } from "./support/page.ts";

const title = missing === undefined ? "a page for programs" : `a page for programs (skipped: ${missing})`;

describe.skipIf(missing !== undefined)(title, () => {
  let server: WebServer;
  let browser: Browser;
  let busybox: Buffer;
  let context: BrowserContext;
  let visit: TestPage;
  let page: Page;

  beforeAll(async () => {
    server = await WebServer.start();
    browser = await launch();
    busybox = await readFile((await pullBootFiles()).busybox);
  });
  afterAll(async () => {
    await browser?.close();
    server?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    visit = await open(context, `${server.url}#program`);
    page = visit.page;
  });
  afterEach(async () => {
    expect(visit.complaints).toEqual([]);
    await context.close();
  });

  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  const choose = async (button: string, name: string, buffer: Buffer): Promise<void> => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), press(button)]);
    await chooser.setFiles({ name, mimeType: "application/octet-stream", buffer });
  };
  /** What the page says of the program once that has some part. */
  const state = async (part: string): Promise<string> => {
    const status = page.locator("#program-state");
    await status.filter({ hasText: part }).waitFor({ timeout: 60_000 });
    return (await status.textContent()) ?? "";
  };
  const runs = async (line: string): Promise<void> => {
    await page.locator("#program-arguments").fill(line);
    await page.keyboard.press("Enter");
  };
  const type = (text: string) => page.keyboard.type(text);

  test("a shell of busybox is there at a press, with its other names", async () => {
    await press("busybox sh");
    await visit.shows(/~ #$/m, 20);
    await type("ls /bin | wc -l; echo $((6*7)) > answer; tty; stty size\n");
    expect(await visit.shows(/^\d+ \d+$/m, 20)).toMatch(/^\d{3}\n\/dev\/pts\/0\n\d+ \d+$/m);
    await type("exit 3\n");
    expect(await state("Exited")).toMatch(/^Exited with status 3 \(/);
    await page.getByRole("button", { name: "answer", exact: true }).waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), press("answer")]);
    expect(await readFile(await download.path(), "utf8")).toBe("42\n");
  });

  test("the terminal sends signals by keys, has lines, and takes its size from the page", async () => {
    await press("busybox sh");
    await visit.shows(/~ #$/m, 20);
    await type("echo $((6*7)); sleep 1000\n");
    await visit.shows(/^42$/m, 20);
    await page.keyboard.press("Control+c");
    await type("echo status $?\n");
    await visit.shows(/^status 130$/m, 20);
    await type("cat; echo end\n");
    await type("onn");
    await page.keyboard.press("Backspace");
    await type("ce\n");
    await visit.shows(/^once\nonce$/m, 20);
    await page.keyboard.press("Control+d");
    await visit.shows(/^end$/m, 20);
    await type("sh -c 'trap \"stty size\" WINCH; echo ready; while :; do sleep 0.1; done'\n");
    await visit.shows(/^ready$/m, 20);
    await page.setViewportSize({ width: 700, height: 800 });
    await visit.shows(/^\d+ [67]\d$/m, 20);
    await press("Stop");
    expect(await state("Stopped")).toMatch(/^Stopped \(/);
  });

  test("a file of the user's runs, with arguments, a text as input, and files", async () => {
    await choose("Choose a program…", "busybox", busybox);
    await page.locator("#program-name", { hasText: "/root/busybox" }).waitFor();
    await page.getByLabel("Standard input").selectOption({ label: "A text" });
    await page.locator("#program-input").fill("one\ntwo\n");
    await runs("wc -l");
    expect(await state("Exited")).toMatch(/^Exited with status 0 /);
    await visit.shows(/^2$/m, 20);
    await choose("Add files…", "note.txt", Buffer.from("a note\n"));
    await runs("sh -c 'cat note.txt; [ -t 0 ] || echo \"no terminal\"; kill -SEGV $$'");
    expect(await state("Killed")).toMatch(/^Killed by SIGSEGV /);
    await visit.shows(/^a note\nno terminal$/m, 20);
  });

  test.each(["Interpreter", "Translate everything"])("by technique: %s", async (technique) => {
    await choose("Choose a program…", "busybox", busybox);
    await page.getByLabel("Technique").selectOption({ label: technique });
    await runs("sha256sum busybox");
    expect(await state("Exited")).toMatch(technique === "Interpreter" ? /s\)$/ : /regions translated: \d/);
    await visit.shows(/^[0-9a-f]{64} {2}busybox$/m, 20);
  });

  test("system calls are shown", async () => {
    await choose("Choose a program…", "busybox", busybox);
    await page.locator("#program-traces").check();
    await runs("cat /etc/passwd");
    await state("Exited");
    const trace = await page.locator("#trace").textContent();
    expect(trace).toMatch(/^\[\d+\] openat\(AT_FDCWD, "\/etc\/passwd", .*\) = 3$/m);
    expect(trace).toMatch(/exit_group\(0\)/);
    await visit.views("program");
  });

  test("endless output waits for the page, and is stopped", async () => {
    await choose("Choose a program…", "busybox", busybox);
    await runs("yes again");
    await visit.shows(/again\nagain/, 20);
    await page.waitForTimeout(1000);
    await press("Stop");
    await state("Stopped");
    await runs("echo 'after it'");
    await visit.shows(/^after it$/m, 20);
  });

  test("what cannot be run is said", async () => {
    await choose("Choose a program…", "true", await readFile("/bin/true"));
    await press("Run");
    expect(await state("Cannot")).toMatch(/e_machine is \d+, not 243/);
    await choose("Choose a program…", "note", Buffer.from("text"));
    expect(await visit.notices()).toContain("note is no program: it was added to the files.");
    await runs("'open");
    expect(await state("lack")).toBe("The arguments lack a closing '");
  });
});
