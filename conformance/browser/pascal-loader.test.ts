/** The loader for translated Pascal programs in Chromium, with the example for browsers in docs/pcode.md. */

import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleLoader, translateSource } from "../pascal/support/loader-bundle.ts";

const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);
if (!chromium) console.warn("not tested in a browser: there is no chromium (Debian's package of that name)");

const docs = readFileSync(new URL("../../docs/pcode.md", import.meta.url), "utf8");
const page = /```html\n([\s\S]*?)```/.exec(docs)?.[1] ?? "";
const programs: Record<string, string> = {
  "/square/": "program p(input, output); var n: integer; begin read(n); writeln(n * n:1) end.",
  "/deep/": "program p; procedure q; begin q end; begin q end.",
};

let server: Server;
beforeAll(async () => {
  const bundle = bundleLoader();
  const modules = Object.entries(programs).map(([path, source]) => [path, translateSource(source)] as const);
  server = createServer(({ url = "/" }, response) => {
    const module = modules.find(([path]) => url === `${path}prog.wasm`)?.[1];
    const isScript = url.endsWith("/pascal-loader.js");
    const type = module ? "application/wasm" : isScript ? "text/javascript" : "text/html";
    response.writeHead(200, { "content-type": type }).end(module ?? (isScript ? bundle.text : page));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});
afterAll(() => server.close());

/** The text of the page's element `output`, once the page is done. */
async function shownBy(path: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const profile = mkdtempSync(join(tmpdir(), "strata-chromium-"));
  const options = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`];
  const url = `http://127.0.0.1:${port}${path}`;
  try {
    const args = [...options, "--virtual-time-budget=20000", "--dump-dom", url];
    const { stdout } = await promisify(execFile)(chromium ?? "", args, { timeout: 120_000 });
    return /<pre id="output">([\s\S]*?)<\/pre>/.exec(stdout)?.[1] ?? stdout;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

test.skipIf(!chromium)("a program runs in a page", async () => {
  expect(await shownBy("/square/")).toBe("1764\nended");
});

test.skipIf(!chromium)("recursion without end is an error there too", async () => {
  expect(await shownBy("/deep/")).toMatch(/^the stack is full/);
});
