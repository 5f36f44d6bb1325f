/**
 * Runs a machine that translates beside one that interprets, and stops at the first difference.
 *
 * Both make the same steps: the count of steps is exact however code is executed, and their time comes from it. Registers
 * are compared after each slice; memory and devices now and then, when the state is also kept to go back to.
 */

import { InternalError } from "../../../base/errors.ts";
import { AsyncCompiler } from "../../../engine/region/compile.ts";
import type { Technique } from "../../../engine/technique.ts";
import { riscv } from "../../../isa/riscv/instruction-set.ts";
import { BlockOverlay, type SavedOverlay } from "../../../machine/virtio/block/overlay.ts";
import type { ImmediateBlockBackend } from "../../../machine/virtio/block/virtio-block.ts";
import type { VirtioConsole } from "../../../machine/virtio/console/virtio-console.ts";
import type { GuestFiles } from "../loader.ts";
import { Machine, type MachineOptions, type RunStatus } from "../machine.ts";
import { allDifferences, registerDifferences } from "./compare.ts";
import { EntropyTape } from "./entropy-tape.ts";
import { narrow, type Twice } from "./narrow.ts";
import { PairedOutput } from "./paired-output.ts";
import { PausableCompiler } from "./pausable-compiler.ts";
import { Recording } from "./recording.ts";
import { report } from "./report.ts";
import { TechniquesDiffer } from "./techniques-differ.ts";

/** Disks are not written; shares, which cannot be there twice, are not. Time is that of steps. */
export type CheckerOptions = Omit<MachineOptions, "time" | "technique" | "shares" | "disks" | "wake"> & {
  readonly disks?: readonly ImmediateBlockBackend[];
  /** Of the first machine; the second one interprets. */
  readonly technique: Exclude<Technique, "interpret">;
};

/** Steps between comparisons of registers, and of memory. */
const SLICE = 20_000;
const STEPS_BETWEEN = 200_000_000;

/** A machine, and what it has for itself. */
interface Side {
  readonly machine: Machine;
  readonly disks: readonly BlockOverlay[];
  /** Random bytes taken so far. */
  entropy: number;
}

/** What a machine was. */
interface State {
  readonly snapshot: Uint8Array;
  readonly disks: readonly SavedOverlay[];
  readonly entropy: number;
}

export class Checker {
  readonly #compiler: PausableCompiler;
  readonly #entropy: EntropyTape;
  readonly #outputs: PairedOutput[] = [];
  readonly #sides: readonly [Side, Side];
  #equal: State | undefined;
  #equalSteps = 0;
  #recording = new Recording();

  constructor(options: CheckerOptions) {
    const { technique } = options;
    const { compiler = new AsyncCompiler(riscv), ...rest } = typeof technique === "object" ? technique : {};
    this.#compiler = new PausableCompiler(compiler);
    this.#entropy = new EntropyTape(options.entropy);
    const start = options.wallClock.nanoseconds();
    const ports = this.#pair(options);
    const translate = technique === "translate" ? technique : { ...rest, compiler: this.#compiler };
    this.#sides = [
      this.#side(0, { ...options, ...ports(0), technique: translate }, start),
      this.#side(1, { ...options, ...ports(1), technique: "interpret" }, start),
    ];
  }

  /** Joins what both machines write. */
  #pair({ consoleOutput, serialOutput, consoleRoom, consolePorts = [] }: CheckerOptions) {
    const add = (show: (bytes: Uint8Array) => void = () => {}) => {
      const output = new PairedOutput(show);
      this.#outputs.push(output);
      return output;
    };
    const terminal = add(consoleOutput);
    const serial = add(serialOutput);
    const ports = consolePorts.map((port) => ({ port, output: add((bytes) => port.output(bytes)) }));
    const live = (side: number) => side === 0 && !serial.isOff;
    return (side: number) => ({
      consoleOutput: (bytes: Uint8Array) => terminal.write(side, bytes),
      serialOutput: (bytes: Uint8Array) => serial.write(side, bytes),
      consoleRoom: () => live(side) && this.#afterRun(() => consoleRoom?.()),
      consolePorts: ports.map(({ port, output }) => ({
        name: port.name,
        output: (bytes: Uint8Array) => output.write(side, bytes),
        opened: (open: boolean) => void (live(side) && port.opened?.(open)),
        room: () => void (live(side) && this.#afterRun(() => port.room?.())),
      })),
    });
  }

  #side(
    index: 0 | 1,
    options: Omit<CheckerOptions, "technique"> & Pick<MachineOptions, "technique">,
    start: bigint,
  ): Side {
    const disks = (options.disks ?? []).map((disk) => new BlockOverlay(disk));
    // Only a side knows its time, and a machine asks for it before it is one.
    const ownTime = () => this.#sides?.[index].machine.nanoseconds ?? 0n;
    const side = {
      disks,
      entropy: 0,
      machine: new Machine({
        ...options,
        disks,
        time: "instructions",
        wallClock: { nanoseconds: () => start + ownTime() },
        entropy: {
          fill: (bytes) => {
            this.#entropy.read(side.entropy, bytes);
            side.entropy += bytes.length;
          },
        },
      }),
    };
    return side;
  }

  get #machines(): readonly [Machine, Machine] {
    return [this.#sides[0].machine, this.#sides[1].machine];
  }

  /** As `Machine.boot`. */
  boot(guest: GuestFiles): void {
    for (const machine of this.#machines) machine.boot(guest);
    this.#keep();
  }

  /** As `Machine.bootBare`. */
  bootBare(guest: GuestFiles): void {
    for (const machine of this.#machines) machine.bootBare(guest);
    this.#keep();
  }

  /** As `Machine.run`, with both. Throws TechniquesDiffer. */
  run(maxSteps: number): RunStatus {
    this.#waiting = [];
    const end = Math.min(this.steps + maxSteps, this.#equalSteps + STEPS_BETWEEN);
    let status: RunStatus = { kind: "running" };
    while (status.kind === "running" && this.steps < end) {
      status = this.#slice(Math.min(SLICE, end - this.steps));
    }
    if (status.kind === "stopped" || this.steps === this.#equalSteps + STEPS_BETWEEN) {
      if (allDifferences(...this.#machines).length > 0) this.#differ();
      this.#keep();
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    for (const act of waiting) act();
    return status;
  }

  #slice(steps: number): RunStatus {
    const [first, second] = this.#machines;
    this.#recording.add({ steps });
    const status = first.run(steps);
    const other = second.run(steps);
    const same = status.kind === other.kind && this.#outputs.every(({ isEqual }) => isEqual);
    if (!same || registerDifferences(first, second).length > 0) this.#differ();
    return status;
  }

  /** While the machines run, what comes from outside waits: both must get it at the same step. */
  #waiting: (() => void)[] | undefined;

  #afterRun(act: () => void): void {
    if (this.#waiting) this.#waiting.push(act);
    else act();
  }

  /** Powers both machines off from outside. */
  stop(): void {
    this.#afterRun(() => this.#apply((machine) => machine.stop()));
  }

  /** Steps that both have made. */
  get steps(): number {
    return this.#sides[0].machine.steps;
  }

  /** The virtio console of both. */
  readonly console: Pick<VirtioConsole, "input" | "end" | "resize"> = {
    input: (port, bytes) => {
      const taken = this.#machines[0].console.input(port, bytes);
      const copy = bytes.slice(0, taken);
      this.#machines[1].console.input(port, copy);
      this.#recording.add({ apply: ({ console }) => void console.input(port, copy) });
      return taken;
    },
    end: (port) => this.#apply(({ console }) => console.end(port)),
    resize: (columns, rows) => this.#apply(({ console }) => console.resize(columns, rows)),
  };

  #apply(apply: (machine: Machine) => void): void {
    for (const machine of this.#machines) apply(machine);
    this.#recording.add({ apply });
  }

  /** Keeps the present state, in which both are equal. */
  #keep(): void {
    this.#equal = this.#state();
    this.#entropy.forget(this.#equal.entropy);
    this.#equalSteps = this.steps;
    this.#recording = new Recording();
  }

  /** The state of the second machine. */
  #state(): State {
    const [, { entropy, disks, machine }] = this.#sides;
    return { snapshot: machine.save(), disks: disks.map((disk) => disk.save()), entropy };
  }

  #differ(): never {
    const [first, second] = this.#machines;
    for (const output of this.#outputs) output.isOff = true;
    this.#compiler.isPaused = true;
    const differences = allDifferences(first, second);
    const met = { steps: [this.#equalSteps, this.steps] as const, differences };
    throw new TechniquesDiffer(report(met, narrow(this.#twice())));
  }

  /** Both machines as those that can be run again from where they were equal. */
  #twice(): Twice<State> {
    const [first, second] = this.#machines;
    if (!this.#equal) throw new InternalError("a check of machines that have not been started");
    return {
      machines: [first, second],
      recording: this.#recording,
      start: this.#equal,
      save: () => this.#state(),
      rewind: (index, { snapshot, entropy, disks }) => {
        const side = this.#sides[index];
        side.machine.rewind(snapshot);
        side.entropy = entropy;
        for (const [disk, backend] of side.disks.entries()) backend.restore(disks[disk] ?? new Map());
      },
      differences: () => allDifferences(first, second),
    };
  }
}
