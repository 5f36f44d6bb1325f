/** A plot of steps a second by technique over time (npm package uplot), loaded when it is shown first. */

import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { rate } from "./rate.ts";

/** Looks that the plot shows. */
const SHOWN = 240;
const HEIGHT = 160;

const COLOURS = {
  regions: { light: "#0b6e4f", dark: "#4cc9a0" },
  interpreter: { light: "#c8553d", dark: "#f28f6b" },
} as const;

const dark = matchMedia("(prefers-color-scheme: dark)");
const shade = (colours: { readonly light: string; readonly dark: string }): string =>
  dark.matches ? colours.dark : colours.light;

export class StepsPlot {
  readonly #box: HTMLElement;
  readonly #times: number[] = [];
  readonly #inRegions: number[] = [];
  readonly #all: number[] = [];
  #plot: uPlot | undefined;

  /** @param box which it fills */
  constructor(box: HTMLElement) {
    this.#box = box;
    dark.addEventListener("change", () => {
      this.#plot?.destroy();
      this.#plot = undefined;
    });
    new ResizeObserver(() => this.#plot?.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
  }

  /**
   * @param time in seconds
   * @param inRegions steps a second in translated code, of `all`
   */
  add(time: number, inRegions: number, all: number): void {
    for (const [list, value] of [
      [this.#times, time],
      [this.#inRegions, inRegions],
      [this.#all, all],
    ] as const) {
      list.push(value);
      if (list.length > SHOWN) list.shift();
    }
  }

  draw(): void {
    this.#plot ??= this.#make();
    this.#plot.setData([this.#times, this.#all, this.#inRegions]);
  }

  #make(): uPlot {
    const line = (
      label: string,
      colours: { readonly light: string; readonly dark: string },
    ): uPlot.Series => {
      const colour = shade(colours);
      return { label, stroke: colour, fill: `${colour}88`, width: 1, points: { show: false } };
    };
    const axis = { stroke: dark.matches ? "#9aa7b4" : "#57606a", grid: { stroke: "#8884", width: 1 } };
    const seconds = (tick: number): string =>
      `${Math.round(tick - (this.#times.at(-1) ?? 0))} s`.replace("-", "−");
    return new uPlot(
      {
        width: this.#box.clientWidth || 320,
        height: HEIGHT,
        cursor: { show: false },
        legend: { live: false },
        scales: { x: { time: false } },
        axes: [
          { ...axis, incrs: [1, 2, 5, 10, 15, 30, 60], values: (_, ticks) => ticks.map(seconds) },
          { ...axis, size: 56, values: (_, ticks) => ticks.map(rate) },
        ],
        series: [{}, line("interpreted", COLOURS.interpreter), line("translated", COLOURS.regions)],
      },
      [[], [], []],
      this.#box,
    );
  }
}
