/**
 * The same machine in a page and in Node, taking turns: from opening the page, or starting the process, to the shell's prompt; and a
 * computation in the guest, as the guest measures it.
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { BrowserContext, Request } from "playwright-core";
import { launch, missing, open, WebServer } from "../conformance/browser/support/page.ts";
import { geometricMean, median } from "../src/base/statistics.ts";
import { secondsToPrompt } from "./boot.ts";

const command = join(process.cwd(), "dist", "bin", "main.js");
const MEMORY = "256M";

/** What is computed, for some seconds, by integers only. */
const programs = {
  sha256sum: "dd if=/dev/zero bs=1M count=64 2>/dev/null | sha256sum",
  gzip: "dd if=/dev/urandom bs=1M count=1 2>/dev/null | tee /tmp/r >/dev/null; for i in 1 2 3 4 5 6; do gzip < /tmp/r; done | wc -c",
  "a loop in sh": "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done",
} as const;

/** A script that prints how many hundredths of a second a command takes on the guest's clock. */
const timed = (script: string): string =>
  `a=$(cut -d' ' -f1 /proc/uptime | tr -d .); { ${script}; } > /dev/null; b=$(cut -d' ' -f1 /proc/uptime | tr -d .); echo $((b-a))`;

const inNode = (script: string): number => {
  const args = [command, "run", "--memory", MEMORY, "--no-cache", "--", "sh", "-c", timed(script)];
  return (
    Number(execFileSync(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] }).toString()) / 100
  );
};

/** Measures and prints; how many measurements there were. */
export async function measureBrowser(rounds: number): Promise<number> {
  if (missing !== undefined) {
    console.log(`\nNot measured in a browser: ${missing}`);
    return 1;
  }
  const server = await WebServer.start();
  const browser = await launch();
  const loads: number[] = [];
  const longest: number[] = [];
  const boots = { node: [] as number[], page: [] as number[] };
  const times = new Map(
    Object.keys(programs).map((name) => [name, { node: [] as number[], page: [] as number[] }]),
  );
  try {
    for (let round = 0; round < rounds; round++) {
      boots.node.push(
        await secondsToPrompt(
          process.execPath,
          [command, "run", "--memory", MEMORY, "--no-cache"],
          process.env,
        ),
      );
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const load = new FirstLoad(context);
      await context.addInitScript(watchTasks);
      const begun = performance.now();
      const page = await open(context, server.url);
      await page.booted();
      boots.page.push((performance.now() - begun) / 1000);
      loads.push(await load.kilobytes());
      for (const [name, script] of Object.entries(programs)) {
        times.get(name)?.node.push(inNode(script));
        times.get(name)?.page.push(Number(await page.run(timed(script), 300)) / 100);
      }
      longest.push(await page.page.evaluate(longestTask));
      await context.close();
    }
  } finally {
    await browser.close();
    server.stop();
  }
  console.log(
    `\nThe same machine in a page of Chromium ${browser.version()} and in Node, nothing kept from before:\n`,
  );
  console.log("| what | Node, s | page, s | speed, Node = 1 |\n| --- | --- | --- | --- |");
  const row = (name: string, { node, page }: typeof boots): number => {
    const ratio = median(node) / median(page);
    console.log(
      `| ${name} | ${median(node).toFixed(2)} | ${median(page).toFixed(2)} | ${ratio.toFixed(2)} |`,
    );
    return ratio;
  };
  row("boot to the shell", boots);
  const ratios = [...times].map(([name, each]) => row(name, each));
  console.log(
    `\nFirst load, without the guest's files: ${Math.max(...loads).toFixed(0)} kB. Longest task of the page's main thread, by round: ${taskText(longest)}.`,
  );
  console.log(`\nComputing in the guest: ${geometricMean(ratios).toFixed(2)} times Node's speed.`);
  return 1 + times.size;
}

/** What a page transfers, its workers included, until it is asked; without the guest's own files. */
class FirstLoad {
  readonly #sizes: Promise<number>[] = [];

  constructor(context: BrowserContext) {
    context.on("requestfinished", (request) => {
      if (/\/guest\/(?!guest\.json)/.test(request.url())) return;
      this.#sizes.push(transferred(request));
    });
  }

  async kilobytes(): Promise<number> {
    return (await Promise.all(this.#sizes)).reduce((sum, size) => sum + size, 0) / 1000;
  }
}

/** Bytes of an answer. Of a worker's own script the browser does not say how many came: then as many as the server announced. */
async function transferred(request: Request): Promise<number> {
  const { responseBodySize, responseHeadersSize } = await request.sizes();
  const announced = Number(await (await request.response())?.headerValue("content-length"));
  return Math.max(responseBodySize, announced || 0) + responseHeadersSize;
}

/** In the page: notes tasks that a browser calls long, those from 50 ms on (Long Tasks API). */
function watchTasks(): void {
  const tasks: number[] = [];
  Object.assign(globalThis, { longTasks: tasks });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
}

/** In the page: the longest of them, in milliseconds; 0 where there was none. */
function longestTask(): number {
  return Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks);
}

/** By round. */
function taskText(longest: readonly number[]): string {
  const texts = longest.map((task) => (task === 0 ? "under 50 ms" : `${task.toFixed(0)} ms`));
  return texts.join(", ");
}
