/** What a profile says, as text. */

import type { CompileTimes } from "../../../engine/region/timed-compiler.ts";
import { layout } from "../../../isa/riscv/state.ts";
import type { Machine } from "../machine.ts";
import type { Profiler } from "./profiler.ts";

const MOST_REGIONS = 12;

export function profileSummary(
  machine: Machine,
  profiler: Profiler,
  compiled: CompileTimes | undefined,
): string {
  const { milliseconds, steps, regionSteps } = profiler.totals;
  const { harts } = machine.parts;
  const sum = (of: (hart: (typeof harts)[number]) => number) =>
    harts.reduce((total, hart) => total + of(hart), 0);
  const share = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)}%`;
  const interpreted = profiler.interpretedShare ?? Number.NaN;
  const about = (part: number) => (part >= 0 ? ` in about ${seconds(part * milliseconds)} s` : "");
  const lines = [
    `profile: ${seconds(milliseconds)} s in the guest, ${millions(steps)} million steps, ${millions(steps / milliseconds)} billion/s`,
    `  by regions ${share(regionSteps, steps)} of the steps${about(1 - interpreted)}, interpreted ${share(steps - regionSteps, steps)}${about(interpreted)}`,
    `  page walks after TLB misses ${count(sum(({ memory }) => memory.get(layout.walks) >>> 0))}`,
  ];
  const { translations } = machine;
  if (translations) {
    const leaves = sum(({ memory }) => memory.get(layout.leaveCount) >>> 0);
    const jumps = sum(({ memory }) => memory.get(layout.exitCount) >>> 0);
    const { translated, instructions, bytes, installed, installedBytes, discarded, dropped } = translations;
    const why = Object.entries(dropped).map(([reason, times]) => `${reason} ${count(times)}`);
    lines.push(
      `  regions left: for other code ${count(leaves)}, by indirect jumps ${count(jumps)}`,
      `  regions made ${count(translated)} of ${count(instructions)} instructions, ${kib(bytes)}; written meanwhile ${count(discarded)}`,
      `  code cache ${count(installed)} regions, ${kib(installedBytes)}; dropped: ${why.join(", ")}`,
    );
  }
  if (compiled && compiled.jobs > 0) {
    const mean = (compiled.total / compiled.jobs).toFixed(1);
    lines.push(
      `  from asking for a region to having it ${mean} ms, at most ${compiled.longest.toFixed(0)} ms, ${count(compiled.jobs)} times`,
    );
  }
  const hottest = [...profiler.regions.values()].sort((a, b) => b.took - a.took).slice(0, MOST_REGIONS);
  if (hottest.length > 0) lines.push("  hottest regions, by samples in their code:");
  for (const { mode, start, name, took } of hottest) {
    lines.push(
      `  ${share(took, milliseconds).padStart(7)}  ${mode.padEnd(7)} ${start.toString(16).padStart(16)}  ${name}`.trimEnd(),
    );
  }
  return lines.join("\n");
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}
function millions(steps: number): string {
  return (steps / 1e6).toFixed(steps < 1e8 ? 2 : 0);
}
function count(number: number): string {
  return number.toLocaleString("en");
}
function kib(bytes: number): string {
  return `${count(Math.round(bytes / 1024))} KiB`;
}
