/** A look inside a machine while it runs: steps by technique over time, events, the hottest regions, a map of memory. */

import { bytesText, make } from "./elements.ts";
import type { BrowserMachine } from "./machine-client.ts";
import { MemoryView } from "./memory-view.ts";
import type { Statistics } from "./protocol.ts";
import { rate } from "./rate.ts";
import type { StepsPlot } from "./steps-plot.ts";
import { nextTurn } from "./turns.ts";

export class InsideView {
  readonly element = make("section", { class: "inside", attributes: { "aria-label": "A look inside" } });
  readonly #machine: BrowserMachine;
  readonly #plotBox = make("div", { class: "plot", id: "plot" });
  readonly #counters = make("dl", { class: "counters", id: "counters" });
  readonly #regions = make("tbody", { id: "regions" });
  readonly #guestText = make("pre", {
    id: "guest-code",
    text: "Choose a region above.",
    attributes: { tabindex: "0" },
  });
  readonly #wasmText = make("pre", { id: "wasm-code", attributes: { tabindex: "0" } });
  readonly #memory = new MemoryView();
  #plot: StepsPlot | undefined;
  #last: Statistics | undefined;
  #isShowing = false;
  #texts: Worker | undefined;
  #nextText = 0;

  constructor(machine: BrowserMachine) {
    this.#machine = machine;
    const head = make("tr", {}, ...["Region", "Mode", "Share"].map((text) => make("th", { text })));
    this.element.append(
      make("h2", { text: "Instructions per second" }),
      this.#plotBox,
      this.#counters,
      make("h2", { text: "Hottest translated code" }),
      make("table", {}, make("thead", {}, head), this.#regions),
      make("div", { class: "code" }, this.#guestText, this.#wasmText),
      make("h2", { text: "Memory" }),
      this.#memory.element,
    );
  }

  /** Not before the machine runs: a worker has loaded then what the plot needs of the locale (`compile-worker.ts`). */
  async #loadPlot(): Promise<void> {
    const { StepsPlot } = await import("./steps-plot.ts");
    this.#plot = new StepsPlot(this.#plotBox);
  }

  /** Shows what the machine did since the last time. */
  add(now: Statistics): void {
    const before = this.#last;
    this.#last = now;
    if (!before) void this.#loadPlot();
    if (!before || now.steps < before.steps) return;
    const seconds = Math.max(1e-3, (now.time - before.time) / 1000);
    const per = (of: (statistics: Statistics) => number): number => (of(now) - of(before)) / seconds;
    const steps = per(({ steps: count }) => count);
    const inRegions = Math.min(
      steps,
      per(({ regionSteps }) => regionSteps),
    );
    this.#plot?.add(now.time / 1000, inRegions, steps);
    const counters = {
      "instructions/s": rate(steps),
      "in translated code": steps > 0 ? `${((100 * inRegions) / steps).toFixed(0)}%` : "–",
      "traps/s": rate(per(({ traps }) => traps)),
      "interrupts/s": rate(per(({ interrupts }) => interrupts)),
      "system calls/s": rate(per(({ calls }) => calls)),
      mode: now.mode,
      regions: `${now.regions.installed} (${bytesText(now.regions.bytes)})`,
    };
    void this.#show(now, counters);
  }

  /** In several turns: together it may take too long for a page that is typed into. */
  async #show(now: Statistics, counters: Readonly<Record<string, string>>): Promise<void> {
    if (this.#isShowing || document.hidden || this.element.offsetParent === null) return;
    this.#isShowing = true;
    for (const part of [
      () => this.#count(counters),
      () => this.#plot?.draw(),
      () => this.#showRegions(now),
      () => this.#memory.show(now),
    ]) {
      part();
      await nextTurn();
    }
    this.#isShowing = false;
  }

  #count(values: Readonly<Record<string, string>>): void {
    this.#counters.replaceChildren(
      ...Object.entries(values).map(([name, text]) =>
        make("div", {}, make("dt", { text: name }), make("dd", { text, attributes: { "data-name": name } })),
      ),
    );
  }

  #showRegions({ hottest }: Statistics): void {
    // What has the focus stays, or a keyboard would lose its place.
    if (this.#regions.contains(document.activeElement)) return;
    const rows = hottest.map(({ start, mode, share }) => {
      const open = make("button", {
        text: `0x${start}`,
        attributes: { type: "button" },
        on: { click: () => void this.#showRegion(start) },
      });
      const cells = [mode, `${(100 * share).toFixed(0)}%`].map((text) => make("td", { text }));
      return make("tr", {}, make("td", {}, open), ...cells);
    });
    this.#regions.replaceChildren(...rows);
  }

  async #showRegion(start: string): Promise<void> {
    const text = await this.#machine.regionText(start);
    this.#guestText.textContent = text?.guest ?? "The guest does not come to this region any more.";
    this.#wasmText.textContent = text ? "…" : "";
    if (text) this.#wasmText.textContent = await this.#textOf(text.wasm);
  }

  /** A module as text: of several that are asked for, the last. */
  #textOf(bytes: Uint8Array): Promise<string> {
    this.#texts ??= new Worker(new URL("./wasm-text-worker.ts", import.meta.url), { type: "module" });
    const worker = this.#texts;
    const id = this.#nextText++;
    return new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<{ readonly id: number; readonly text: string }>) => {
        if (data.id === id) resolve(data.text);
      };
      worker.onerror = () => resolve("It cannot be shown: the worker for it cannot be started.");
      worker.postMessage({ id, bytes });
    });
  }
}
