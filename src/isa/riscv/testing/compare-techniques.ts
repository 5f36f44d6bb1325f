/** For tests: a program under every way to translate, compared with interpretation after each slice. */

import { ImmediateCompiler } from "../../../engine/region/compile.ts";
import type { TranslationCounts } from "../../../engine/region/translator.ts";
import type { Technique } from "../../../engine/technique.ts";
import type { Hart } from "../hart.ts";
import { riscv } from "../instruction-set.ts";
import type { PhysicalBus } from "../slow-memory.ts";
import { layout } from "../state.ts";
import { stateDifferences } from "../state-difference.ts";
import { type BareHart, bareHart } from "./bare-hart.ts";

export interface Comparison {
  /** Assembled to the start of RAM. */
  readonly source: string;
  /** Lengths of the slices, taken in turn; primes, so that they end everywhere. */
  readonly slices?: readonly number[];
  /** All slices together. */
  readonly steps?: number;
  /** Puts more into RAM. */
  readonly prepare?: (bare: BareHart) => void;
  /** Devices, with the registers that they keep. */
  readonly devices?: (hart: () => Hart) => PhysicalBus;
  /** What happens to the hart between slices. */
  readonly between?: (hart: Hart, slice: number) => void;
}

/** What came out under one way to translate. */
export interface Compared {
  readonly counts: TranslationCounts;
  /** The share of all steps that regions made. */
  readonly inRegions: number;
  /** The interpreter's hart at the end, which equals the other one. */
  readonly hart: Hart;
}

/** Whether regions are made of all code, or of hot code as soon as may be. */
export const waysToTranslate = ["translate", "dynamic"] as const;
export type WayToTranslate = (typeof waysToTranslate)[number];

const RAM_BYTES = 1 << 20;
const SLICES = [1, 7, 97, 211, 503, 1009];
const STEPS = 60_000;

/** Runs a program both ways. Throws where registers, steps or RAM differ, or where nothing was translated. */
export function compareTechniques(way: WayToTranslate, comparison: Comparison): Compared {
  const { slices = SLICES, steps = STEPS, between } = comparison;
  const technique: Technique =
    way === "translate" ? way : { threshold: 1, compiler: new ImmediateCompiler(riscv) };
  const interpreted = start(comparison, "interpret");
  const translated = start(comparison, technique);
  const harts = [interpreted.hart, translated.hart] as const;
  for (let slice = 0; harts[0].steps < steps; slice++) {
    for (const hart of harts) {
      between?.(hart, slice);
      hart.run(slices[slice % slices.length] ?? 1);
    }
    failIfDifferent(harts, slice);
  }
  const at = differsAt(interpreted.ram, translated.ram);
  if (at !== undefined) throw new Error(`RAM differs at offset 0x${at.toString(16)}`);
  const counts = translated.hart.translations;
  if (!counts || counts.translated === 0) throw new Error("nothing was translated");
  return { counts, inRegions: translated.inRegions() / harts[1].steps, hart: harts[0] };
}

function start({ source, prepare, devices }: Comparison, technique: Technique) {
  let inRegions = 0;
  const profiler = {
    begin: () => {},
    end: (hart: Hart) => {
      inRegions += hart.memory.get(layout.regionSteps);
    },
  };
  const bus = devices?.(() => bare.hart);
  const bare: BareHart = bareHart({ ramBytes: RAM_BYTES }, technique, { profiler, ...(bus ? { bus } : {}) });
  bare.load(source);
  prepare?.(bare);
  return { ...bare, inRegions: () => inRegions };
}

function failIfDifferent([interpreted, translated]: readonly [Hart, Hart], slice: number): void {
  const found = stateDifferences(interpreted.memory, translated.memory);
  if (interpreted.steps !== translated.steps) {
    found.push({ name: "steps", values: [BigInt(interpreted.steps), BigInt(translated.steps)] });
  }
  if (found.length === 0) return;
  const list = found.map(
    ({ name, values: [one, other] }) => `${name} 0x${one.toString(16)} 0x${other.toString(16)}`,
  );
  throw new Error(
    `slice ${slice} ends at step ${interpreted.steps}; interpreted, translated: ${list.join(", ")}`,
  );
}

function differsAt(one: Uint8Array, other: Uint8Array): number | undefined {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return at;
  return undefined;
}
