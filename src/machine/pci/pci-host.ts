/**
 * A PCI host: configuration space by ECAM (PCI Express Base Specification 4.0, section 7.2.2), windows into memory
 * space, and the wires of the interrupt pins. One bus, 32 slots of one function; slot 0 is the host bridge itself.
 *
 * ECAM offset: `bus:8 device:5 function:3 register:12`.
 */

import { InternalError } from "../../base/errors.ts";
import type { InterruptLine, MmioDevice, Saveable, Width } from "../device.ts";
import { SharedWire } from "../shared-wire.ts";
import { PciFunction, type PciRegion, type PciSlotDevice, type SavedPciFunction } from "./pci-function.ts";
import { CONFIG_SIZE } from "./registers.ts";

/** 256 buses of 1 MiB. */
export const ECAM_SIZE = 0x1000_0000;
export const PCI_SLOTS = 32;
export const PCI_PINS = 4;

/** The identity of the bridge on QEMU's generic PCI Express host, which firmware and kernels know. */
const BRIDGE = { vendorId: 0x1b36, deviceId: 0x0008, classCode: 0x06_0000 };

export interface PciHostPorts {
  /** The four wires that the pins of all slots share. */
  readonly interrupts: readonly InterruptLine[];
}

/** The host's own state; the functions are saved by whoever made them. */
export type SavedPciHost = { readonly bridge: SavedPciFunction };

/** Which of the four wires the pin of a slot pulls (PCI-to-PCI Bridge Architecture 1.2, table 9-1). Pin 1 is INTA#. */
export function wireOf(slot: number, pin: number): number {
  return (slot + pin - 1) % PCI_PINS;
}

/** The host and its bus. */
export class PciHost implements Saveable {
  readonly #wires: readonly SharedWire[];
  readonly #slots: (PciSlotDevice | undefined)[] = new Array(PCI_SLOTS).fill(undefined);
  readonly #bridge: PciFunction;
  /** The BARs of all functions; undefined after a guest may have moved one. */
  #regions: readonly PciRegion[] | undefined;

  constructor(ports: PciHostPorts, saved?: SavedPciHost) {
    this.#wires = ports.interrupts.map((line) => new SharedWire(line));
    this.#bridge = new PciFunction(BRIDGE, { interrupt: { set: () => {} } }, saved?.bridge);
    this.attach(0, this.#bridge);
  }

  save(): SavedPciHost {
    return { bridge: this.#bridge.save() };
  }

  /** Puts a device in a slot, 1 to 31. Throws InternalError where there is one already. */
  attach(slot: number, device: PciSlotDevice): void {
    if (slot < 0 || slot >= PCI_SLOTS || this.#slots[slot])
      throw new InternalError(`no free PCI slot ${slot}`);
    this.#slots[slot] = device;
    this.#regions = undefined;
  }

  /** The end of the interrupt wire at a pin of a slot. Pin 1 is INTA#. */
  pin(slot: number, pin = 1): InterruptLine {
    const wire = this.#wires[wireOf(slot, pin)];
    if (!wire) throw new InternalError("a PCI host has four interrupt wires");
    return wire.tap();
  }

  /** Configuration space, ECAM_SIZE bytes. What does not exist reads as ones. */
  readonly ecam: MmioDevice = {
    read: (offset, width) => {
      const device = this.#deviceAt(offset);
      const register = offset & 0xfff;
      if (!device) return ones(width);
      return register < CONFIG_SIZE ? device.readConfig(register, width) : 0;
    },
    write: (offset, width, value) => {
      const register = offset & 0xfff;
      if (register >= CONFIG_SIZE) return;
      this.#deviceAt(offset)?.writeConfig(register, width, value);
      this.#regions = undefined;
    },
  };

  /** A window into PCI memory space whose first byte is at PCI address `base`; any number of them, of any size. */
  window(base: number): MmioDevice {
    return {
      read: (offset, width) => {
        const region = this.#regionAt(base + offset, width);
        return region ? region.device.read(base + offset - region.base, width) : ones(width);
      },
      write: (offset, width, value) => {
        const region = this.#regionAt(base + offset, width);
        region?.device.write(base + offset - region.base, width, value);
      },
    };
  }

  /** The function that an ECAM offset names: bus 0, function 0. */
  #deviceAt(offset: number): PciSlotDevice | undefined {
    return offset >>> 20 === 0 && ((offset >>> 12) & 7) === 0 ? this.#slots[offset >>> 15] : undefined;
  }

  #regionAt(address: number, width: number): PciRegion | undefined {
    this.#regions ??= this.#slots.flatMap((device) => device?.regions() ?? []);
    return this.#regions.find(({ base, size }) => address >= base && address + width <= base + size);
  }
}

function ones(width: Width): number {
  return 2 ** (8 * width) - 1;
}
