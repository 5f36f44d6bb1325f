/** The page in a real browser, headless: Debian's Chromium, driven by playwright-core. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { missingGuest } from "../../guest/support/strata.ts";

const executablePath = "/usr/bin/chromium";
const args = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

/** Why there is no browser to test with, if so. */
export const missingChromium = existsSync(executablePath)
  ? undefined
  : "no chromium: apt-get install chromium";

/** Why there is nothing to test with, if so: neither browser nor guest may be missing. */
export const missing = missingChromium ?? (await missingGuest());

/** Where pictures of the views are put, for people. */
export const artefacts = process.env.STRATA_ARTEFACTS ?? join(tmpdir(), "strata-pictures");
mkdirSync(artefacts, { recursive: true });

/** Runs a command until standard input ends: as it does when the tests are killed, in whichever way. */
const whileWanted = '"$@" & command=$!; cat > /dev/null; kill $command; wait $command';

/** `strata web`, on a port of its own. */
export class WebServer {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  static async start(...options: readonly string[]): Promise<WebServer> {
    const command = join(process.cwd(), "dist", "bin", "main.js");
    const strata = [process.execPath, command, "web", "--port", "0", ...options];
    const server = spawn("sh", ["-c", whileWanted, "sh", ...strata], { stdio: ["pipe", "pipe", "inherit"] });
    for await (const line of createInterface({ input: server.stdout })) return new WebServer(line, server);
    throw new Error("strata web ended before it served");
  }

  stop(): void {
    this.#process.stdin?.end();
  }
}

/** A page that must not complain. */
export class TestPage {
  readonly page: Page;
  /** What the browser's console said that is an error. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", ({ message }) => this.complaints.push(message));
  }

  /** What the machine's terminal shows. */
  async screen(): Promise<string> {
    const lines = await this.page.locator(".xterm-rows > div").allInnerTexts();
    return lines.map((line) => line.replaceAll("\u00a0", " ").trimEnd()).join("\n");
  }

  /** Waits until the terminal shows something. */
  async shows(pattern: RegExp, seconds = 60): Promise<string> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const text = await this.screen();
      if (pattern.test(text)) return text;
      if (Date.now() > end) throw new Error(`the terminal does not show ${pattern}, but:\n${text}`);
      await this.page.waitForTimeout(50);
    }
  }

  /** Waits for the shell's prompt. */
  async booted(): Promise<void> {
    await this.shows(/ #\s*$/, 60);
  }

  /** Switches the machine on, and waits until it has booted. */
  async powerOn(): Promise<void> {
    await this.page.getByRole("button", { name: "Power on" }).click();
    await this.page.locator("#state", { hasText: "Running" }).waitFor();
    await this.booted();
  }

  /** Types a command, and gives what the terminal shows after it. */
  async run(command: string, seconds = 60): Promise<string> {
    const mark = `end${Math.random().toString(36).slice(2, 6)}`;
    await this.page.locator(".xterm-helper-textarea").first().focus();
    await this.page.keyboard.type(`clear; ${command}; echo ${mark.slice(0, 3)}''${mark.slice(3)}\n`);
    const text = await this.shows(new RegExp(mark), seconds);
    return text.slice(0, text.indexOf(mark)).trim();
  }

  async notices(): Promise<string> {
    return this.page.locator("#notices").innerText();
  }

  /** Pictures of the whole view in the light, in the dark and on a phone. */
  async views(name: string): Promise<void> {
    const before = this.page.viewportSize();
    const looks = [
      ["in the light", "light", 1280],
      ["in the dark", "dark", 1280],
      ["on a phone", "light", 390],
    ] as const;
    for (const [look, colorScheme, width] of looks) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.setViewportSize({ width, height: 900 });
      await this.page.screenshot({ path: join(artefacts, `${name} ${look}.png`), fullPage: true });
    }
    await this.page.emulateMedia({ colorScheme: null });
    if (before) await this.page.setViewportSize(before);
  }

  picture(name: string): Promise<unknown> {
    return this.page.screenshot({ path: join(artefacts, `${name}.png`) });
  }
}

/** @param more arguments of the browser */
export async function launch(...more: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...args, ...more] });
}

export async function open(context: BrowserContext, url: string): Promise<TestPage> {
  const page = new TestPage(await context.newPage());
  await page.page.goto(url);
  return page;
}

/** A page of somebody else, at the server's, with a machine as an element that has these attributes; booted. */
export async function openElement(
  context: BrowserContext,
  url: string,
  attributes: string,
): Promise<TestPage> {
  const page = await open(context, "about:blank");
  await page.page.route("**/own.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html>
        <link rel="stylesheet" href="assets/terminal.css" />
        <script type="module" src="browser.js"></script>
        <strata-machine ${attributes}></strata-machine>`,
    }),
  );
  await page.page.goto(`${url}own.html`);
  await page.booted();
  return page;
}
