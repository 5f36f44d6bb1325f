/** What a machine does, for the page: counted by slices, so cheaply that it may stay on. */

import { hex } from "../base/bits.ts";
import { InternalError } from "../base/errors.ts";
import type { Machine } from "../boards/virt/machine.ts";
import { Base } from "../boards/virt/memory-map.ts";
import { RegionMaker } from "../engine/region/compile.ts";
import { riscvDisassembler } from "../isa/riscv/assembly.ts";
import type { Hart } from "../isa/riscv/hart.ts";
import { riscv } from "../isa/riscv/instruction-set.ts";
import { callTraps, interruptTraps, layout, privilege, traps } from "../isa/riscv/state.ts";
import { type MemoryRange, MemoryWatch, readMemoryInfo } from "./memory-watch.ts";
import type { RegionText, Statistics, TechniqueName } from "./protocol.ts";

const MODES = { 0: "user", 1: "kernel", 3: "machine" } as const;
const MOST_SHOWN = 8;
/** Milliseconds in which the guest should come to a region that is asked for. */
const PATIENCE = 3000;
/** What a region was is worth so much at the next look. */
const FADING = 0.7;
const PAGE = 4096;

export class MachineWatch {
  readonly #machine: Machine;
  #regionSteps = 0;
  /** Steps lately made in slices that ended in a region, by where it begins and the mode. */
  readonly #heat = new Map<
    string,
    { readonly start: string; readonly mode: Statistics["mode"]; steps: number }
  >();

  /** Who waits for the text of a region: it can be had when the guest is in it, and its addresses are in force. */
  readonly #wanted = new Map<string, (text: RegionText | undefined) => void>();

  readonly #memory: MemoryWatch;
  #guestMemory: Statistics["guestMemory"] = {};

  /** @param machine that was booted */
  constructor(machine: Machine) {
    this.#machine = machine;
    const { ram, harts, loaded } = machine.parts;
    const { map } = harts[0]?.memory ?? {};
    if (!map || !loaded) throw new InternalError("a machine that is watched before it was booted");
    const inRam = ({ start, end }: MemoryRange) => ({ start: start - Base.ram, end: end - Base.ram });
    this.#memory = new MemoryWatch({
      ram,
      codePages: new Uint8Array(ram.buffer, map.codePages, ram.length / PAGE),
      kernel: inRam(loaded.kernel),
      loaded: [loaded.deviceTreeRange, ...(loaded.initrd ? [loaded.initrd] : [])].map(inRam),
    });
  }

  /** A device has written to guest memory. */
  deviceWrote(address: number, length: number): void {
    this.#memory.deviceWrote(address - Base.ram, length);
  }

  /** The guest has said how it uses its memory. */
  guestSaid(line: string): void {
    this.#guestMemory = readMemoryInfo(line);
  }

  /** A hart has made so many steps. */
  ran(hart: Hart, steps: number): void {
    this.#regionSteps += hart.memory.get(layout.regionSteps);
    const start = hart.regionAt(hart.pc);
    if (start === undefined) return;
    const mode = modeOf(hart);
    const text = start.toString(16);
    const known = this.#heat.get(text) ?? { start: text, mode, steps: 0 };
    known.steps += steps;
    this.#heat.set(text, known);
    this.#wanted.get(text)?.(this.#textOf(hart, start));
  }

  /** Code is executed in another way from now on: there are other regions, or none. */
  forgetRegions(): void {
    this.#heat.clear();
  }

  statistics(technique: TechniqueName): Statistics {
    const { harts } = this.#machine.parts;
    const count = (slot: { readonly offset: number }) =>
      harts.reduce((sum, { memory }) => sum + Number(memory.getLong(slot)), 0);
    const [first] = harts;
    const { installed = 0, installedBytes = 0, translated = 0 } = this.#machine.translations ?? {};
    return {
      time: performance.now(),
      technique,
      steps: this.#machine.steps,
      regionSteps: this.#regionSteps,
      traps: count(traps),
      interrupts: count(interruptTraps),
      calls: count(callTraps),
      mode: first ? modeOf(first) : "machine",
      regions: { installed, bytes: installedBytes, translated },
      hottest: this.#hottest(),
      memory: this.#memory.look(),
      guestMemory: this.#guestMemory,
    };
  }

  #hottest(): Statistics["hottest"] {
    const all = [...this.#heat.values()].sort((a, b) => b.steps - a.steps);
    const total = all.reduce((sum, { steps }) => sum + steps, 0);
    const shown = all
      .slice(0, MOST_SHOWN)
      .map(({ start, mode, steps }) => ({ start, mode, share: steps / total }));
    for (const region of all) {
      region.steps *= FADING;
      if (region.steps < 1) this.#heat.delete(region.start);
    }
    return shown;
  }

  /** The guest's code of a region and the module that is made of it; undefined where the guest does not come there any more. */
  regionText(start: string): Promise<RegionText | undefined> {
    return new Promise((resolve) => {
      const answer = (text: RegionText | undefined): void => {
        clearTimeout(patience);
        this.#wanted.delete(start);
        resolve(text);
      };
      const patience = setTimeout(() => answer(undefined), PATIENCE);
      this.#wanted.set(start, answer);
    });
  }

  #textOf(hart: Hart, address: bigint): RegionText | undefined {
    const source = hart.regionSource(address);
    const written = source && new RegionMaker(riscv).write(source.job);
    if (!source || !written) return undefined;
    const lines = source.code.flatMap(({ start: distance, bytes }) => [
      ...disassemble(address + BigInt(distance), bytes),
      "",
    ]);
    return { guest: lines.join("\n"), wasm: written.code };
  }
}

function modeOf({ memory }: Hart): Statistics["mode"] {
  return MODES[memory.get(privilege) as keyof typeof MODES] ?? "machine";
}

function* disassemble(start: bigint, bytes: Uint8Array): Generator<string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const show = riscvDisassembler();
  for (let at = 0; at + 2 <= bytes.length; ) {
    const low = view.getUint16(at, true);
    const length = riscv.lengthOf(low);
    if (at + length > bytes.length) return;
    const bits = length === 2 ? low : view.getUint32(at, true);
    const address = start + BigInt(at);
    yield `${hex(address)}  ${show(bits, length, address) ?? "?"}`;
    at += length;
  }
}
