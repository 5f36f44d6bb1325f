/**
 * A whole RISC-V machine: the `virt` board with its harts, RAM and devices, and SBI at machine level.
 *
 * It knows no host: time, randomness, files and terminals come in through the options. `run` executes a slice and
 * returns; whoever drives the machine decides what happens in between.
 */

import { hex } from "../../base/bits.ts";
import { InputError, InternalError } from "../../base/errors.ts";
import type { Technique } from "../../engine/technique.ts";
import type { TranslationCache } from "../../engine/translation-cache.ts";
import { Hart, type HartProfiler } from "../../isa/riscv/hart.ts";
import { layOutRiscvMemory } from "../../isa/riscv/memory-map.ts";
import { csr, Privilege, privilege } from "../../isa/riscv/state.ts";
import type { DmaMemory, Entropy, WallClock } from "../../machine/device.ts";
import type { SysconEvent } from "../../machine/syscon/syscon.ts";
import type { Uart16550 } from "../../machine/uart16550/uart16550.ts";
import type { BlockBackend } from "../../machine/virtio/block/virtio-block.ts";
import type { VirtioConsole } from "../../machine/virtio/console/virtio-console.ts";
import type { FuseServer } from "../../machine/virtio/fs/fuse-server.ts";
import { boardTree } from "./device-tree.ts";
import { BoardDevices, type SavedDevices } from "./devices.ts";
import { type GuestFiles, type LoadedGuest, loadGuest } from "./loader.ts";
import { Base, MAX_HARTS, MAX_RAM_BYTES, MIN_RAM_BYTES, TICKS_PER_SECOND } from "./memory-map.ts";
import { RegisterNames } from "./registers.ts";
import type { SbiMachine } from "./sbi/call.ts";
import { callSbi, hasExtension } from "./sbi/sbi.ts";
import { readSnapshot, rewriteRam, type SavedBoard, writeSnapshot } from "./snapshot.ts";
import { MachineTime } from "./time.ts";

/** What a machine is made of. */
export interface MachineOptions {
  /** Guest RAM in bytes: 32 MiB to 3 GiB, a multiple of 4096. */
  readonly memoryBytes: number;
  /** Processors, 1 to 8; they take turns. */
  readonly harts?: number;
  /** virtio-blk: /dev/vda, /dev/vdb, … A run is repeatable only with such as do all at once. */
  readonly disks?: readonly BlockBackend[];
  /** virtio-fs, mounted by tag. */
  readonly shares?: readonly { readonly tag: string; readonly server: FuseServer }[];
  /** Named virtio-console ports; the first is port 1, as port 0 is the terminal hvc0. */
  readonly consolePorts?: readonly MachineConsolePort[];
  /** What the guest writes to hvc0. */
  readonly consoleOutput?: (bytes: Uint8Array) => void;
  /** hvc0 takes input again after it refused some. */
  readonly consoleRoom?: () => void;
  /** What the guest writes to the UART (ttyS0) and to SBI's debug console. */
  readonly serialOutput?: (bytes: Uint8Array) => void;
  /** A disk has done what it was asked between two runs: a guest that waits has something to do. */
  readonly wake?: (() => void) | undefined;
  readonly wallClock: WallClock;
  /**
   * mtime: host ticks at 10 MHz since power-on, or derived from the count of steps, so that equal runs are equal
   * whatever the host does.
   */
  readonly time: "instructions" | (() => bigint);
  readonly entropy: Entropy;
  /** How code is executed: "dynamic" if absent. */
  readonly technique?: Technique;
  /** What earlier runs compiled; "interpret" and "translate" use only the interpreter's code of it. */
  readonly translations?: TranslationCache | undefined;
  /** Hears where devices write in guest memory, before they do. */
  readonly deviceWrites?: ((address: number, length: number) => void) | undefined;
  /** Hears of what the harts do. */
  readonly profiler?: HartProfiler | undefined;
}

export interface MachineConsolePort {
  readonly name: string;
  output(bytes: Uint8Array): void;
  opened?(open: boolean): void;
  room?(): void;
}

/** Why the machine stopped. */
export type MachineEvent = SysconEvent;

export type RunStatus =
  /** The budget is spent. */
  | { readonly kind: "running" }
  /** Every hart waits for an interrupt. The next timer is due in so many nanoseconds; undefined: none is set. */
  | { readonly kind: "idle"; readonly nanoseconds: number | undefined }
  | { readonly kind: "stopped"; readonly event: MachineEvent };

export interface MachineParts {
  readonly harts: readonly Hart[];
  readonly ram: Uint8Array;
  readonly devices: BoardDevices;
  /** Where the guest was loaded, if it was booted. */
  readonly loaded: LoadedGuest | undefined;
}

/** Whose turn it is, and for how many more steps. */
export interface Turn {
  readonly hart: number;
  left: number;
}

/** Predecoded pages kept for each hart: 16 KiB of memory for each one that is used. */
const RECORD_PAGES = 1024;
/** Steps between looks at the host's clock, fewest and most: chosen so that they take about so many ticks. */
const FEWEST_STEPS = 100_000;
const MOST_STEPS = 3_200_000;
const TICKS_OF_SLICE = 2_500n;
/** Steps between harts. */
const TURN = 10_000;

export class Machine {
  readonly #memory: WebAssembly.Memory;
  readonly #ramStart: number;
  readonly #ram: Uint8Array;
  readonly #harts: readonly Hart[];
  readonly #stopped: boolean[];
  #devices: BoardDevices;
  readonly #time: MachineTime;
  readonly #options: MachineOptions;
  #event: MachineEvent | undefined;
  #loaded: LoadedGuest | undefined;

  constructor(options: MachineOptions, saved?: SavedDevices) {
    const { memoryBytes, harts = 1 } = options;
    if (memoryBytes < MIN_RAM_BYTES || memoryBytes > MAX_RAM_BYTES || memoryBytes % 4096 !== 0) {
      const range = `${MIN_RAM_BYTES} and ${MAX_RAM_BYTES}`;
      throw new InputError(`memory of ${memoryBytes} bytes: it must be a multiple of 4096 between ${range}`);
    }
    if (harts < 1 || harts > MAX_HARTS)
      throw new InputError(`${harts} harts: there must be 1 to ${MAX_HARTS}`);
    this.#options = options;
    const map = layOutRiscvMemory({
      harts,
      recordPages: RECORD_PAGES,
      ramBase: Base.ram,
      ramBytes: memoryBytes,
    });
    this.#memory = new WebAssembly.Memory({ initial: map.pages });
    this.#ramStart = map.ram;
    this.#ram = new Uint8Array(this.#memory.buffer, map.ram, memoryBytes);
    this.#time = new MachineTime(options.time, () => this.steps);
    const hartList: Hart[] = [];
    const ports = {
      bus: {
        read: (address: number, width: 1 | 2 | 4) => this.#devices.bus.read(address, width),
        write: (address: number, width: 1 | 2 | 4, value: number) => this.#busWrite(address, width, value),
      },
      ticks: () => this.#time.ticks(),
      supervisorCall: (hart: Hart) => this.#supervisorCall(hart),
      harts: () => hartList,
      profiler: options.profiler,
      technique: options.technique ?? "dynamic",
      translations: options.translations,
    };
    for (let id = 0; id < harts; id++) hartList.push(new Hart(this.#memory, map, id, ports));
    this.#harts = hartList;
    this.#stopped = hartList.map(() => false);
    this.#devices = this.#makeDevices(saved);
  }

  #makeDevices(saved: SavedDevices | undefined): BoardDevices {
    const stopped = (event: MachineEvent) => this.#stop(event);
    return new BoardDevices(this.#options, this.#harts, this.#time, this.#dma(), stopped, saved);
  }

  // Starting and running

  /**
   * Loads a guest and makes hart 0 ready to start it in supervisor mode, as firmware would.
   * Throws InputError where it cannot be loaded.
   */
  boot(guest: GuestFiles): void {
    const randomSeed = new Uint8Array(32);
    this.#options.entropy.fill(randomSeed);
    this.#loaded = loadGuest(this.#ram, guest, (initrd) =>
      boardTree({
        memoryBytes: this.#ram.length,
        harts: this.#harts.length,
        commandLine: guest.commandLine ?? "",
        randomSeed,
        ...(initrd ? { initrd } : {}),
      }),
    );
    const { entry, deviceTree } = this.#loaded;
    for (const [id, hart] of this.#harts.entries()) {
      hart.reset();
      this.#stopped[id] = id !== 0;
    }
    this.#startHart(0, BigInt(entry), BigInt(deviceTree));
  }

  /** Loads an ELF file and starts it on hart 0 in machine mode, with no firmware: for programs that are all there is. */
  bootBare(guest: GuestFiles): void {
    this.#loaded = loadGuest(this.#ram, guest, () => new Uint8Array(0));
    this.#harts[0]?.reset();
    this.writeRegister("pc", BigInt(this.#loaded.entry));
    this.#stopped.fill(true, 1);
  }

  /** Runs at most `maxSteps` instructions and traps, all harts together. */
  run(maxSteps: number): RunStatus {
    let left = maxSteps;
    while (left > 0 && !this.#event) {
      // What falls due from here on is still ahead, although the host's clock moves on: nobody has acted on it yet.
      const now = this.#time.ticks();
      this.#devices.update();
      const slice = Math.min(left, this.#time.stepsUntil(this.#nextDeadline(now)) ?? left, this.#stepsAtOnce);
      const made = this.#runHarts(slice);
      left -= made;
      if (made === this.#stepsAtOnce) this.#adaptSlice(this.#time.ticks() - now);
      if (made === 0 && !this.#event && this.#isIdle()) {
        const wait = this.#time.nanosecondsUntil(this.#nextDeadline(now));
        if (wait === undefined || !this.#time.skipTo(this.#nextDeadline(now)))
          return { kind: "idle", nanoseconds: wait };
      }
    }
    return this.#event ? { kind: "stopped", event: this.#event } : { kind: "running" };
  }

  /** Steps between looks at the host's clock. */
  #stepsAtOnce = FEWEST_STEPS;

  #adaptSlice(ticks: bigint): void {
    if (this.#options.time === "instructions") return;
    if (ticks < TICKS_OF_SLICE / 2n) this.#stepsAtOnce = Math.min(MOST_STEPS, this.#stepsAtOnce * 2);
    else if (ticks > 2n * TICKS_OF_SLICE) this.#stepsAtOnce = Math.max(FEWEST_STEPS, this.#stepsAtOnce / 2);
  }

  /** Runs the harts in turn until one makes steps; returns how many. */
  #runHarts(budget: number): number {
    for (let tries = this.#harts.length; tries > 0; tries--) {
      const hart = this.#harts[this.#turn.hart];
      const asked = Math.min(budget, this.#turn.left);
      const made = hart && !this.#stopped[this.#turn.hart] ? hart.run(asked) : 0;
      this.#turn.left -= made;
      if (this.#turn.left === 0 || made === 0) this.#turn = this.#nextTurn();
      if (made > 0) return made;
    }
    return 0;
  }

  /** Turns are part of the machine's state, so that it does not matter by which slices it is run. */
  #nextTurn(): Turn {
    const { length } = this.#harts;
    return { hart: (this.#turn.hart + 1) % length, left: length === 1 ? MOST_STEPS : TURN };
  }

  #turn: Turn = { hart: 0, left: TURN };

  #busWrite(address: number, width: 1 | 2 | 4, value: number): boolean {
    const written = this.#devices.bus.write(address, width, value);
    // A timer may be set: the slice ends, as its length was chosen by the old one.
    if (address < Base.plic) for (const hart of this.#harts) hart.pause();
    return written;
  }

  #isIdle(): boolean {
    return this.#harts.every((hart, id) => this.#stopped[id] || hart.isWaiting);
  }

  /** The earliest tick after `now` at which a timer is due. */
  #nextDeadline(now: bigint): bigint | undefined {
    const deadlines = [this.#devices.nextDeadline(), ...this.#harts.map((hart) => hart.timerDeadline)];
    return deadlines.reduce(
      (earliest, tick) =>
        tick !== undefined && tick > now && (earliest === undefined || tick < earliest) ? tick : earliest,
      undefined,
    );
  }

  /** Instructions and traps so far, of all harts. */
  get steps(): number {
    return this.#harts.reduce((sum, hart) => sum + hart.steps, 0);
  }

  /** The machine's own time since power-on. */
  get nanoseconds(): bigint {
    return (this.#time.ticks() * 1_000_000_000n) / BigInt(TICKS_PER_SECOND);
  }

  /** What the machine is made of, for those who compare or watch machines: it is not to be changed. */
  get parts(): MachineParts {
    return { harts: this.#harts, ram: this.#ram, devices: this.#devices, loaded: this.#loaded };
  }

  /** What was translated on hart 0 so far; undefined where nothing is. */
  get translations() {
    return this.#harts[0]?.translations;
  }

  /** What stopped the machine, if it is stopped. */
  get event(): MachineEvent | undefined {
    return this.#event;
  }

  #stop(event: MachineEvent): void {
    this.#event ??= event;
    for (const hart of this.#harts) hart.pause();
  }

  /** Powers the machine off from outside. */
  stop(): void {
    this.#stop({ kind: "power-off", code: 0 });
  }

  /** Executes guest code in another way from now on; what was translated is forgotten. To be called between two runs. */
  setTechnique(technique: Technique): void {
    for (const hart of this.#harts) hart.setTechnique(technique);
  }

  // Devices

  /** The virtio console: port 0 is hvc0, the ports of the options follow. */
  get console(): VirtioConsole {
    return this.#devices.console;
  }

  get uart(): Uart16550 {
    return this.#devices.uart;
  }

  // Memory and registers

  /** A copy of guest memory. Throws InputError outside RAM. */
  readMemory(address: number, length: number): Uint8Array {
    return this.#ramAt(address, length).slice();
  }

  writeMemory(address: number, bytes: Uint8Array): void {
    this.#ramAt(address, bytes.length).set(bytes);
    this.#written(address, bytes.length);
  }

  #ramAt(address: number, length: number): Uint8Array {
    const bytes = this.#slice(address, length);
    if (!bytes) throw new InputError(`no memory of ${length} bytes at ${hex(address)}`);
    return bytes;
  }

  #slice(address: number, length: number): Uint8Array | undefined {
    const offset = address - Base.ram;
    if (!(offset >= 0 && length >= 0 && offset + length <= this.#ram.length)) return undefined;
    return this.#ram.subarray(offset, offset + length);
  }

  #written(address: number, length: number): void {
    for (const hart of this.#harts) hart.codeWritten(this.#ramStart + address - Base.ram, length);
  }

  #dma(): DmaMemory {
    return {
      readable: (address, length) => this.#slice(address, length),
      writable: (address, length) => {
        const bytes = this.#slice(address, length);
        if (bytes) {
          this.#written(address, length);
          this.#options.deviceWrites?.(address, length);
        }
        return bytes;
      },
    };
  }

  /** A register by its name: pc, x0 to x31 or their ABI names, f0 to f31 or theirs, or a CSR. Unsigned. */
  readRegister(name: string, hart = 0): bigint {
    return RegisterNames.read(this.#hart(hart), name);
  }

  /** Writes pc or an integer or floating-point register. */
  writeRegister(name: string, value: bigint, hart = 0): void {
    RegisterNames.write(this.#hart(hart), name, value);
  }

  #hart(id: number): Hart {
    const hart = this.#harts[id];
    if (!hart) throw new InputError(`no hart ${id}`);
    return hart;
  }

  // Machine level

  #supervisorCall(hart: Hart): boolean {
    callSbi(this.#sbi, hart);
    return true;
  }

  readonly #sbi: SbiMachine = this.#makeSbi();

  #makeSbi(): SbiMachine {
    const machine = this;
    return {
      get harts() {
        return machine.#harts;
      },
      memory: (address, length) => this.#slice(address, length),
      writeConsole: (bytes) => this.#options.serialOutput?.(bytes),
      stop: (kind) => this.#stop({ kind, code: 0 }),
      isStopped: (id) => this.#stopped[id] ?? true,
      startHart: (id, address, opaque) => this.#startHart(id, address, opaque),
      stopHart: (id) => {
        this.#stopped[id] = true;
        this.#harts[id]?.pause();
      },
      probe: hasExtension,
    };
  }

  /** A hart as firmware hands it to a kernel: supervisor mode, everything delegated that can be, memory open. */
  #startHart(id: number, address: bigint, opaque: bigint): void {
    const hart = this.#harts[id];
    if (!hart) throw new InternalError(`no hart ${id}`);
    const { memory } = hart;
    memory.set(privilege, Privilege.supervisor);
    memory.setLong(csr.medeleg, 0xb1ffn);
    memory.setLong(csr.mideleg, 0x222n);
    memory.setLong(csr.mcounteren, 7n);
    // User programs read the time; a kernel that finds no PMU leaves this to the firmware.
    memory.setLong(csr.scounteren, 7n);
    memory.setLong(csr.menvcfg, -(1n << 63n));
    memory.setLong(csr.stimecmp, -1n);
    memory.setLong(csr.satp, 0n);
    memory.setLong(csr.pmpaddr, (1n << 54n) - 1n);
    memory.setByte(csr.pmpcfg, 0, 0x1f);
    hart.pc = address;
    hart.setX(10, BigInt(id));
    hart.setX(11, opaque);
    hart.restored();
    this.#stopped[id] = false;
  }

  // Saving

  /** The whole machine as bytes: processors, RAM, devices. Files and terminals behind the devices are not in it. */
  save(): Uint8Array {
    return writeSnapshot({
      harts: this.#harts.map(({ memory: { bytes, hart } }) =>
        bytes.slice(hart.state, hart.state + hart.stateBytes),
      ),
      ram: this.#ram,
      board: {
        memoryBytes: this.#ram.length,
        stopped: this.#stopped,
        turn: this.#turn,
        time: this.#time.save(),
        devices: this.#devices.save(),
      },
    });
  }

  /** A machine as it was when it was saved. The options must describe the same machine. Throws InputError otherwise. */
  static restore(snapshot: Uint8Array, options: MachineOptions): Machine {
    const { harts, pages, board } = readSnapshot(snapshot);
    if (board.memoryBytes !== options.memoryBytes || harts.length !== (options.harts ?? 1)) {
      throw new InputError("the saved machine has other memory or harts than the options describe");
    }
    const machine = new Machine(options, board.devices);
    machine.#restoreBoard(board);
    for (const [id, state] of harts.entries()) {
      const hart = machine.#hart(id);
      hart.memory.bytes.set(state, hart.memory.hart.state);
      hart.restored();
    }
    for (const { offset, bytes } of pages) machine.#ram.set(bytes, offset);
    machine.#devices.resume();
    return machine;
  }

  /** Takes this machine back to when it was saved; what was translated since stays. */
  rewind(snapshot: Uint8Array): void {
    const { harts, pages, board } = readSnapshot(snapshot);
    this.#devices.retire();
    this.#devices = this.#makeDevices(board.devices);
    this.#event = undefined;
    this.#restoreBoard(board);
    rewriteRam(this.#ram, pages, (offset, length) => this.#written(Base.ram + offset, length));
    for (const [id, state] of harts.entries()) {
      const hart = this.#hart(id);
      hart.memory.bytes.set(state, hart.memory.hart.state);
      hart.rewound();
    }
    this.#devices.resume();
  }

  #restoreBoard({ time, turn, stopped }: SavedBoard): void {
    this.#time.restore(time);
    this.#turn = { ...turn };
    for (const id of this.#harts.keys()) this.#stopped[id] = stopped[id] ?? false;
  }
}
