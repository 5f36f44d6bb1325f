/** The tab for Pascal in Chromium: programs are written, checked, run and stepped through. */

import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launch, missingChromium, open, type TestPage } from "./support/page.ts";
import { Site } from "./support/site.ts";

const title =
  missingChromium === undefined ? "a page for Pascal" : `a page for Pascal (skipped: ${missingChromium})`;
let site: Site;
let browser: Browser;
let context: BrowserContext;
let visit: TestPage;
let page: Page;

const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const status = () => page.locator("#pascal-state");
const output = () => page.locator("#pascal-output");
const write = (text: string) => page.locator("#pascal-text").fill(text);
const choose = (label: string, option: string) => page.getByLabel(label).selectOption({ label: option });
/** The text of a place once it has some part. */
const until = async (place: ReturnType<typeof status>, part: string): Promise<string> => {
  await place.filter({ hasText: part }).waitFor({ timeout: 30_000 });
  return (await place.textContent()) ?? "";
};

describe.skipIf(missingChromium !== undefined)(title, () => {
  beforeAll(async () => {
    site = await Site.start();
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
    visit = await open(context, `${site.url}#pascal`);
    page = visit.page;
  });
  afterAll(async () => {
    await browser?.close();
    site?.stop();
  });
  afterEach(() => expect(visit.complaints).toEqual([]));

  test("the example at the beginning runs, and its p-code is shown", async () => {
    await until(page.locator("#pcode"), "svc writeString");
    await press("Run");
    expect(await until(status(), "Ended")).toMatch(
      /^Ended with status 0 after [\d.]+ ms, translated as a whole$/,
    );
    expect(await output().textContent()).toBe("Hello from a p-machine!\n");
    await visit.views("pascal");
  });

  test.each([
    ["Interpreter", /after .*, [\d,]+ instructions, interpreted$/],
    ["Dynamic translation", /after .*, [\d,]+ instructions, translated where it is hot$/],
  ])("by technique: %s", async (technique, expected) => {
    await choose("Example", "Eight queens: recursion");
    await choose("Technique", technique);
    await press("Run");
    expect(await until(status(), "Ended")).toMatch(expected);
    expect(await output().textContent()).toContain("92 solutions\n");
    await choose("Technique", "Translate everything");
  });

  test("what is wrong is said as it is typed, and leads to its place", async () => {
    await write("program p(output);\nbegin\n  wrteln(1)\nend.\n");
    const problem = page.locator("#problems li");
    expect(await until(problem, "wrteln")).toMatch(/^3:3 "wrteln" is not declared/);
    expect(await page.locator(".numbers button.wrong").textContent()).toBe("3");
    await problem.getByRole("button").click();
    await page.keyboard.press("Delete");
    await page.keyboard.type("w");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.type("i");
    await problem.waitFor({ state: "detached" });
    await page.keyboard.press("Control+Enter");
    await until(status(), "Ended");
    expect(await output().textContent()).toBe("          1\n");
  });

  test("an error at run time marks its line", async () => {
    await choose("Example", "An error at run time");
    await press("Run");
    expect(await until(status(), "error")).toContain("Run-time error: division by zero, in mean, line 14");
    expect(await page.locator(".numbers button.current").textContent()).toBe("14");
    expect(await output().textContent()).toContain("called from report, line 19");
  });

  test("a program asks, and is answered while it runs", async () => {
    await choose("Example", "Greetings: strings of Turbo Pascal");
    await press("Run");
    await until(status(), "Waits for input");
    await page.keyboard.type("Ada");
    await page.keyboard.press("Enter");
    await until(output(), "Backwards: adA");
    await until(status(), "Waits for input");
    await press("Enter");
    await until(status(), "Ended with status 0");
  });

  test.each(["Translate everything", "Interpreter"])(
    "an endless program is stopped: %s",
    async (technique) => {
      await write("program p(output);\nbegin\n  while true do writeln('again and again')\nend.\n");
      await choose("Technique", technique);
      await press("Run");
      await page.getByText("more characters are not shown").waitFor();
      expect((await output().textContent())?.length).toBe(300_000);
      await press("Stop");
      expect(await status().textContent()).toBe("Stopped");
      await choose("Technique", "Translate everything");
      await write("program p(output);\nbegin\n  writeln('done')\nend.\n");
      await press("Run");
      await until(status(), "Ended with status 0");
      expect(await output().textContent()).toBe("done\n");
    },
  );

  test("it is stepped through by keys, to breakpoints, into routines and out", async () => {
    await choose("Example", "A sorted list: records and pointers");
    await page.locator(".numbers button", { hasText: /^16$/ }).click();
    await page.locator("#pascal-text").focus();
    await page.keyboard.press("F9");
    expect(await until(status(), "Breakpoint")).toBe("Breakpoint, in insert, line 16");
    const locals = page.locator("#locals");
    expect(await until(locals, "value")).toContain("42");
    expect(await until(page.locator("#frames"), "list")).toContain("insert, line 16");
    await page.locator("#frames button").last().click();
    expect(await until(page.locator("#locals"), "first")).toContain("nil");
    expect(await page.locator(".numbers button.current").textContent()).toBe("46");
    await page.keyboard.press("F8");
    await until(status(), "In insert, line 17");
    await page.keyboard.press("Shift+F8");
    await until(status(), "In list, line 44");
    await page.keyboard.press("Shift+F7");
    expect(await page.locator("#pcode .current").count()).toBe(1);
    await page.keyboard.press("F9");
    await page.keyboard.press("F9");
    await press("Stop");
    expect(await page.locator(".numbers button.current").count()).toBe(0);
  });

  test("a program under the debugger is paused", async () => {
    await write("program p;\nvar n: integer;\nbegin\n  n := 0;\n  while n < 2 do\n    n := 1 - n\nend.\n");
    await press("Continue");
    await until(status(), "Running");
    await press("Pause");
    expect(await until(status(), "Paused")).toMatch(/^Paused, in p, line [56]$/);
    await page.locator("#pascal-text").press("End");
    await page.keyboard.type(" ");
    expect(await status().textContent()).toBe("Stopped: the program was changed");
  });

  test("without isolation, input is what is there at the beginning", async () => {
    const plain = await Site.start(false);
    try {
      const other = await open(context, `${plain.url}#pascal`);
      await other.page.getByLabel("Example").selectOption({ label: "Letters: sets" });
      await other.page.getByRole("button", { name: "Run", exact: true }).click();
      await until(other.page.locator("#pascal-output"), "consonants: bcdfghjklmnpqrstvwxyz");
      expect(await other.page.locator("#pascal-line").isVisible()).toBe(false);
      expect(other.complaints).toEqual([]);
    } finally {
      plain.stop();
    }
  });
});
