/** The page, built and served as `strata web` serves it, and looked at by a headless Chromium. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import sirv from "sirv";
import { build } from "vite";

const executable = ["chromium", "chromium-browser", "google-chrome"]
  .map((name) => spawnSync("which", [name], { encoding: "utf8" }).stdout.trim())
  .find((path) => path !== "");
const options = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether there is a browser; says so where there is none. */
export function hasChromium(): boolean {
  if (executable === undefined)
    console.warn("not tested in a browser: there is no chromium (Debian's package of that name)");
  return executable !== undefined;
}

export interface SiteOptions {
  /** More files of the site by their paths, without the slash at the beginning. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  /** Whether pages are isolated from others, and have shared memory; true if absent. */
  readonly isIsolated?: boolean;
}

/** A served site, and a browser for it. */
export class BuiltPage {
  readonly #folder: string;
  readonly #server: Server;
  readonly #browser: Browser;
  /** What the browser complained about, in all pages. */
  readonly complaints: string[] = [];

  private constructor(folder: string, server: Server, browser: Browser) {
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
  }

  static async open({ files = new Map(), isIsolated = true }: SiteOptions = {}): Promise<BuiltPage> {
    const folder = mkdtempSync(join(tmpdir(), "strata-site-"));
    await build({ logLevel: "error", build: { outDir: folder } });
    const site = sirv(folder);
    const server = createServer((request, response) => {
      if (isIsolated) {
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      }
      const file = files.get((request.url ?? "").slice(1));
      if (file) response.end(file);
      else site(request, response, () => void response.writeHead(404).end());
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const browser = await chromium.launch({ executablePath: executable ?? "", args: options });
    return new BuiltPage(folder, server, browser);
  }

  /** A new visitor's page, at one of its tabs. */
  async visit(tab: string, how: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1360, height: 900 }, ...how });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    const { port } = this.#server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/#${tab}`);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
