/** The devices of the `virt` board at their places, with their interrupts wired. */

import type { Hart } from "../../isa/riscv/hart.ts";
import { Interrupt } from "../../isa/riscv/state.ts";
import { ACLINT_SIZE, Aclint, type SavedAclint } from "../../machine/aclint/aclint.ts";
import { Bus } from "../../machine/bus.ts";
import type { DmaMemory, InterruptLine } from "../../machine/device.ts";
import {
  GOLDFISH_RTC_SIZE,
  GoldfishRtc,
  type SavedGoldfishRtc,
} from "../../machine/goldfish-rtc/goldfish-rtc.ts";
import { ECAM_SIZE, PCI_PINS, PciHost, type SavedPciHost } from "../../machine/pci/pci-host.ts";
import { PLIC_SIZE, Plic, type SavedPlic } from "../../machine/plic/plic.ts";
import { SYSCON_SIZE, Syscon, type SysconEvent } from "../../machine/syscon/syscon.ts";
import { type SavedUart, Uart16550 } from "../../machine/uart16550/uart16550.ts";
import { VirtioBlock } from "../../machine/virtio/block/virtio-block.ts";
import { type SavedVirtioConsole, VirtioConsole } from "../../machine/virtio/console/virtio-console.ts";
import { VirtioFs } from "../../machine/virtio/fs/virtio-fs.ts";
import { type SavedVirtioPci, VirtioPciFunction } from "../../machine/virtio/pci-transport.ts";
import { VirtioRng } from "../../machine/virtio/rng/virtio-rng.ts";
import type { MachineOptions } from "./machine.ts";
import { Base, Irq, PCI_WINDOW_SIZE, TICKS_PER_SECOND, UART_SIZE } from "./memory-map.ts";
import type { MachineTime } from "./time.ts";

/** The state of all devices. */
export interface SavedDevices {
  readonly plic: SavedPlic;
  readonly aclint: SavedAclint;
  readonly rtc: SavedGoldfishRtc;
  readonly uart: SavedUart;
  readonly pci: SavedPciHost;
  readonly console: SavedVirtioConsole;
  readonly functions: readonly SavedVirtioPci[];
}

const NANOSECONDS_PER_TICK = BigInt(1e9 / TICKS_PER_SECOND);

export class BoardDevices {
  readonly bus = new Bus();
  readonly console: VirtioConsole;
  readonly uart: Uart16550;
  readonly #options: MachineOptions;
  readonly #time: MachineTime;
  readonly #plic: Plic;
  readonly #aclint: Aclint;
  readonly #rtc: GoldfishRtc;
  readonly #pci: PciHost;
  readonly #functions: VirtioPciFunction[] = [];
  #isRetired = false;

  constructor(
    options: MachineOptions,
    harts: readonly Hart[],
    time: MachineTime,
    memory: DmaMemory,
    stopped: (event: SysconEvent) => void,
    saved?: SavedDevices,
  ) {
    this.#options = options;
    this.#time = time;
    const wire = (hart: Hart, interrupt: number): InterruptLine => ({
      set: (raised) => hart.setWire(interrupt, raised),
    });
    this.#plic = new Plic(
      { contexts: harts.flatMap((hart) => [wire(hart, Interrupt.MEIP), wire(hart, Interrupt.SEIP)]) },
      saved?.plic,
    );
    const clock = { frequency: TICKS_PER_SECOND, ticks: () => time.ticks() };
    this.#aclint = new Aclint(
      {
        clock,
        harts: harts.map((hart) => ({
          software: wire(hart, Interrupt.MSIP),
          timer: wire(hart, Interrupt.MTIP),
        })),
      },
      saved?.aclint,
    );
    this.#rtc = new GoldfishRtc({ clock: options.wallClock, line: this.#plic.source(Irq.rtc) }, saved?.rtc);
    const output = (bytes: Uint8Array): void => options.serialOutput?.(bytes);
    this.uart = new Uart16550({ line: this.#plic.source(Irq.uart), output }, saved?.uart);
    const interrupts = Array.from({ length: PCI_PINS }, (_, pin) => this.#plic.source(Irq.pci + pin));
    this.#pci = new PciHost({ interrupts }, saved?.pci);
    this.console = this.#makeConsole(saved?.console);
    const models = [
      this.console,
      new VirtioRng({ entropy: options.entropy }),
      ...(options.disks ?? []).map(
        (backend) => new VirtioBlock({ backend, later: (act) => this.#later(act) }),
      ),
      ...(options.shares ?? []).map((share) => new VirtioFs(share)),
    ];
    for (const [index, model] of models.entries()) {
      const slot = index + 1;
      const ports = { memory, interrupt: this.#pci.pin(slot) };
      const fn = new VirtioPciFunction(model, ports, saved?.functions[index]);
      this.#functions.push(fn);
      this.#pci.attach(slot, fn);
    }
    this.#attach(new Syscon({ event: stopped }));
  }

  #makeConsole(saved: SavedVirtioConsole | undefined): VirtioConsole {
    const { consoleOutput, consoleRoom, consolePorts = [] } = this.#options;
    const terminal = {
      name: "strata.console",
      output: (bytes: Uint8Array) => consoleOutput?.(bytes),
      room: () => consoleRoom?.(),
    };
    // As the specification has it; Linux did it the other way before 2025 (Debian's 6.12.107 does it right).
    return new VirtioConsole({ ports: [terminal, ...consolePorts], resizeOrder: "columns-first" }, saved);
  }

  #attach(test: Syscon): void {
    this.bus.attach("test", Base.test, SYSCON_SIZE, test);
    this.bus.attach("rtc", Base.rtc, GOLDFISH_RTC_SIZE, this.#rtc);
    this.bus.attach("aclint", Base.aclint, ACLINT_SIZE, this.#aclint);
    this.bus.attach("plic", Base.plic, PLIC_SIZE, this.#plic);
    this.bus.attach("uart", Base.uart, UART_SIZE, this.uart);
    this.bus.attach("ecam", Base.ecam, ECAM_SIZE, this.#pci.ecam);
    this.bus.attach("pci", Base.pciWindow, PCI_WINDOW_SIZE, this.#pci.window(Base.pciWindow));
  }

  #later(act: () => void): void {
    if (this.#isRetired) return;
    act();
    this.#options.wake?.();
  }

  /** Others take the place of these: what they still wait for does not reach the machine any more. */
  retire(): void {
    this.#isRetired = true;
  }

  /** To be called where a machine that was saved is whole again, memory included: its requests go on. */
  resume(): void {
    for (const fn of this.#functions) fn.resume();
  }

  /** Lets time pass for the devices that watch it. */
  update(): void {
    this.#aclint.update();
    this.#rtc.update();
  }

  /** The tick at which a device's timer is due. */
  nextDeadline(): bigint | undefined {
    const timer = this.#aclint.nextDeadline();
    const alarm = this.#rtc.nextDeadline();
    if (alarm === undefined) return timer;
    const wait = (alarm - this.#options.wallClock.nanoseconds()) / NANOSECONDS_PER_TICK;
    const due = this.#time.ticks() + (wait > 0n ? wait + 1n : 0n);
    return timer === undefined || due < timer ? due : timer;
  }

  save(): SavedDevices {
    return {
      plic: this.#plic.save(),
      aclint: this.#aclint.save(),
      rtc: this.#rtc.save(),
      uart: this.uart.save(),
      pci: this.#pci.save(),
      console: this.console.save(),
      functions: this.#functions.map((fn) => fn.save()),
    };
  }
}
