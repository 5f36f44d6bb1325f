/** A look inside a machine while it runs: steps by technique over time, events, the hottest regions, a map of memory. */

import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { bytesText, make } from "./elements.ts";
import type { BrowserMachine } from "./machine-client.ts";
import { memoryKinds, type Statistics } from "./protocol.ts";

/** Looks that the plot shows. */
const SHOWN = 240;
const MAP_COLUMNS = 64;

const COLOURS = {
  regions: { light: "#0b6e4f", dark: "#4cc9a0" },
  interpreter: { light: "#c8553d", dark: "#f28f6b" },
} as const;
/** For each kind of memory. */
const MEMORY_COLOURS = [
  { light: "#e4e4dd", dark: "#1d242d" },
  { light: "#8fb8de", dark: "#3f6c98" },
  { light: "#c8553d", dark: "#f28f6b" },
] as const;

const dark = matchMedia("(prefers-color-scheme: dark)");
const shade = (colours: { readonly light: string; readonly dark: string }): string =>
  dark.matches ? colours.dark : colours.light;

/** A number of things a second, in few digits. */
function rate(value: number): string {
  const units = ["", " k", " M", " G"];
  let [number, unit] = [value, 0];
  while (number >= 1000 && unit < units.length - 1) [number, unit] = [number / 1000, unit + 1];
  return `${number.toFixed(number < 10 && unit > 0 ? 1 : 0)}${units[unit]}`;
}

export class InsideView {
  readonly element = make("section", { class: "inside", attributes: { "aria-label": "A look inside" } });
  readonly #machine: BrowserMachine;
  readonly #times: number[] = [];
  readonly #inRegions: number[] = [];
  readonly #all: number[] = [];
  readonly #plotBox = make("div", { class: "plot", id: "plot" });
  readonly #counters = make("dl", { class: "counters", id: "counters" });
  readonly #regions = make("tbody", { id: "regions" });
  readonly #guestText = make("pre", {
    id: "guest-code",
    text: "Choose a region above.",
    attributes: { tabindex: "0" },
  });
  readonly #wasmText = make("pre", { id: "wasm-code", attributes: { tabindex: "0" } });
  readonly #map = make("canvas", {
    class: "map",
    id: "memory-map",
    attributes: { role: "img", "aria-label": "Guest memory" },
  });
  #plot: uPlot | undefined;
  #last: Statistics | undefined;

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
      this.#map,
      this.#legend(),
    );
    dark.addEventListener("change", () => {
      this.#plot?.destroy();
      this.#plot = undefined;
    });
  }

  #legend(): HTMLElement {
    const items = memoryKinds.map((text, kind) => {
      const mark = make("canvas", { attributes: { width: "12", height: "12", "aria-hidden": "true" } });
      const context = mark.getContext("2d");
      if (context) {
        context.fillStyle = shade(MEMORY_COLOURS[kind] ?? MEMORY_COLOURS[0]);
        context.fillRect(0, 0, 12, 12);
      }
      return make("li", {}, mark, ` ${text}`);
    });
    return make("ul", { class: "legend" }, ...items);
  }

  /** Shows what the machine did since the last time. */
  add(now: Statistics): void {
    const before = this.#last;
    this.#last = now;
    if (!before || now.steps < before.steps) return;
    const seconds = Math.max(1e-3, (now.time - before.time) / 1000);
    const per = (of: (statistics: Statistics) => number): number => (of(now) - of(before)) / seconds;
    const steps = per(({ steps: count }) => count);
    const inRegions = Math.min(
      steps,
      per(({ regionSteps }) => regionSteps),
    );
    this.#addToPlot(now.time / 1000, inRegions, steps);
    if (document.hidden || this.element.offsetParent === null) return;
    const share = steps > 0 ? `${((100 * inRegions) / steps).toFixed(0)}%` : "–";
    this.#count({
      "instructions/s": rate(steps),
      "in translated code": share,
      "traps/s": rate(per(({ traps }) => traps)),
      "interrupts/s": rate(per(({ interrupts }) => interrupts)),
      "system calls/s": rate(per(({ calls }) => calls)),
      mode: now.mode,
      regions: `${now.regions.installed} (${bytesText(now.regions.bytes)})`,
    });
    this.#showRegions(now);
    this.#showMemory(now.memory);
  }

  #addToPlot(time: number, inRegions: number, steps: number): void {
    for (const [list, value] of [
      [this.#times, time],
      [this.#inRegions, inRegions],
      [this.#all, steps],
    ] as const) {
      list.push(value);
      if (list.length > SHOWN) list.shift();
    }
    if (this.element.offsetParent === null) return;
    this.#plot ??= this.#makePlot();
    this.#plot.setData([this.#times, this.#all, this.#inRegions]);
  }

  #makePlot(): uPlot {
    const line = (
      label: string,
      colours: { readonly light: string; readonly dark: string },
    ): uPlot.Series => {
      const colour = shade(colours);
      return { label, stroke: colour, fill: `${colour}88`, width: 1, points: { show: false } };
    };
    const axis = { stroke: dark.matches ? "#9aa7b4" : "#57606a", grid: { stroke: "#8884", width: 1 } };
    const plot = new uPlot(
      {
        width: this.#plotBox.clientWidth || 320,
        height: 160,
        cursor: { show: false },
        legend: { live: false },
        scales: { x: { time: false } },
        axes: [
          {
            ...axis,
            values: (_, ticks) => ticks.map((tick) => `${(tick - (this.#times.at(-1) ?? 0)).toFixed(0)} s`),
          },
          { ...axis, size: 56, values: (_, ticks) => ticks.map(rate) },
        ],
        series: [{}, line("interpreted", COLOURS.interpreter), line("translated", COLOURS.regions)],
      },
      [[], [], []],
      this.#plotBox,
    );
    new ResizeObserver(() => plot.setSize({ width: this.#plotBox.clientWidth, height: 160 })).observe(
      this.#plotBox,
    );
    return plot;
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
    if (!text) return;
    const { wasmText } = await import("./wasm-text.ts");
    const shown = wasmText(text.wasm).catch((error: unknown) => `It cannot be shown: ${String(error)}`);
    this.#wasmText.textContent = await shown;
  }

  #showMemory(memory: Uint8Array): void {
    const rows = memory.length / MAP_COLUMNS;
    const context = this.#map.getContext("2d");
    if (!context) return;
    if (this.#map.width !== MAP_COLUMNS) [this.#map.width, this.#map.height] = [MAP_COLUMNS, rows];
    const colours = MEMORY_COLOURS.map((each) => Number.parseInt(shade(each).slice(1), 16));
    const image = context.createImageData(MAP_COLUMNS, rows);
    const pixels = new DataView(image.data.buffer);
    for (const [part, kind] of memory.entries())
      pixels.setUint32(4 * part, ((colours[kind] ?? 0) << 8) | 0xff);
    context.putImageData(image, 0, 0);
  }
}
