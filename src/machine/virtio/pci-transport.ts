/**
 * Virtio over PCI: VIRTIO 1.2, section 4.1, without the legacy interface and without MSI-X. One memory BAR holds all
 * structures, a page each, and capabilities say where:
 *
 * ```
 * 0x0000 common configuration | 0x1000 ISR | 0x2000 device configuration | 0x3000 notifications, a word a queue
 * ```
 */

import { viewOf } from "../../base/bytes.ts";
import type { DmaMemory, InterruptLine, MmioDevice, Saveable, Width } from "../device.ts";
import {
  type PciCapability,
  PciFunction,
  type PciRegion,
  type PciSlotDevice,
  type SavedPciFunction,
} from "../pci/pci-function.ts";
import { readCommon, writeCommon } from "./pci-common-config.ts";
import type { VirtioDevice } from "./virtio-device.ts";
import { type SavedVirtioRegisters, VirtioRegisters } from "./virtio-registers.ts";

const VENDOR_ID = 0x1af4;
const FIRST_DEVICE_ID = 0x1040;
const REVISION = 1;

/** Class codes by device type; what PCI has no class for is an unassigned "other". */
const CLASS_CODES = new Map([
  [2, 0x01_0000],
  [3, 0x07_8000],
  [26, 0x01_8000],
]);
const CLASS_OTHER = 0xff_0000;

/** Vendor-specific capability (PCI), and the structures it can tell about (section 4.1.4). */
const CAPABILITY_VENDOR = 0x09;
const COMMON_CFG = 1;
const NOTIFY_CFG = 2;
const ISR_CFG = 3;
const DEVICE_CFG = 4;
const PCI_CFG = 5;

const PAGE = 0x1000;
const ISR = PAGE;
const DEVICE = 2 * PAGE;
const NOTIFY = 3 * PAGE;
const BAR_SIZE = 4 * PAGE;
const NOTIFY_MULTIPLIER = 4;

/** The fields of the PCI configuration access capability, from its start. */
const WINDOW_BAR = 4;
const WINDOW_OFFSET = 8;
const WINDOW_LENGTH = 12;
const WINDOW_DATA = 16;

export interface VirtioPciPorts {
  readonly memory: DmaMemory;
  /** The wire of the interrupt pin, INTA#. */
  readonly interrupt: InterruptLine;
}

/** The transport's state; the device is saved by whoever made it. */
export type SavedVirtioPci = { readonly pci: SavedPciFunction; readonly registers: SavedVirtioRegisters };

/** `{ cap_vndr, cap_next, cap_len, cfg_type, bar, id, padding[2], offset: u32, length: u32 }`, then `extra`. */
function capability(
  type: number,
  offset: number,
  length: number,
  extra: readonly number[] = [],
): PciCapability {
  const body = new Uint8Array(14 + 4 * extra.length);
  const view = viewOf(body);
  view.setUint8(0, 2 + body.length);
  view.setUint8(1, type);
  view.setUint32(6, offset, true);
  view.setUint32(10, length, true);
  for (const [i, word] of extra.entries()) view.setUint32(14 + 4 * i, word, true);
  return { id: CAPABILITY_VENDOR, body };
}

/** The window of the configuration access capability: BAR, offset, length and data are the driver's to write. */
function windowCapability(): PciCapability {
  const writable = new Uint8Array(18);
  writable.fill(0xff, WINDOW_BAR - 2, WINDOW_BAR - 1);
  writable.fill(0xff, WINDOW_OFFSET - 2);
  return { ...capability(PCI_CFG, 0, 0, [0]), writable };
}

/** A virtio device as a PCI function. */
export class VirtioPciFunction implements PciSlotDevice, Saveable {
  readonly #device: VirtioDevice;
  readonly #registers: VirtioRegisters;
  readonly #pci: PciFunction;
  readonly #window: number;

  constructor(device: VirtioDevice, ports: VirtioPciPorts, saved?: SavedVirtioPci) {
    this.#device = device;
    const capabilities = [
      windowCapability(),
      capability(COMMON_CFG, 0, PAGE),
      capability(ISR_CFG, ISR, PAGE),
      ...(device.config.length > 0 ? [capability(DEVICE_CFG, DEVICE, PAGE)] : []),
      capability(NOTIFY_CFG, NOTIFY, PAGE, [NOTIFY_MULTIPLIER]),
    ];
    const description = {
      vendorId: VENDOR_ID,
      deviceId: FIRST_DEVICE_ID + device.type,
      subsystemVendorId: VENDOR_ID,
      subsystemId: FIRST_DEVICE_ID + device.type,
      revision: REVISION,
      classCode: CLASS_CODES.get(device.type) ?? CLASS_OTHER,
      interruptPin: 1 as const,
      bars: [{ index: 0, size: BAR_SIZE, bits: 32 as const, device: this.#bar }],
      capabilities,
    };
    this.#pci = new PciFunction(description, { interrupt: ports.interrupt }, saved?.pci);
    this.#window = this.#pci.capabilityOffset(0);
    const interrupt = (raised: boolean) => this.#pci.setInterrupt(raised);
    this.#registers = new VirtioRegisters(device, { memory: ports.memory, interrupt }, saved?.registers);
  }

  save(): SavedVirtioPci {
    return { pci: this.#pci.save(), registers: this.#registers.save() };
  }

  /** To be called where a machine that was saved is whole again, memory included. */
  resume(): void {
    this.#registers.resume();
  }

  /** How often the driver did what the specification forbids. */
  get misuse(): number {
    return this.#registers.misuse;
  }

  readConfig(offset: number, width: Width): number {
    if (this.#inWindowData(offset)) {
      const target = this.#windowTarget();
      const value = target ? this.#bar.read(target.offset, target.width) : 0;
      this.#pci.writeConfig(this.#window + WINDOW_DATA, 4, value);
    }
    return this.#pci.readConfig(offset, width);
  }

  writeConfig(offset: number, width: Width, value: number): void {
    this.#pci.writeConfig(offset, width, value);
    const target = this.#inWindowData(offset) ? this.#windowTarget() : undefined;
    if (!target) return;
    const data = this.#pci.readConfig(this.#window + WINDOW_DATA, 4);
    this.#bar.write(target.offset, target.width, data % 2 ** (8 * target.width));
  }

  regions(): readonly PciRegion[] {
    return this.#pci.regions();
  }

  #inWindowData(offset: number): boolean {
    return offset >= this.#window + WINDOW_DATA && offset < this.#window + WINDOW_DATA + 4;
  }

  /** What an access to the window's data reaches (section 4.1.4.9); undefined if the driver set up nonsense. */
  #windowTarget(): { offset: number; width: Width } | undefined {
    const bar = this.#pci.readConfig(this.#window + WINDOW_BAR, 1);
    const offset = this.#pci.readConfig(this.#window + WINDOW_OFFSET, 4);
    const width = this.#pci.readConfig(this.#window + WINDOW_LENGTH, 4);
    if (width !== 1 && width !== 2 && width !== 4) return undefined;
    const valid = bar === 0 && offset % width === 0 && offset + width <= BAR_SIZE;
    return valid ? { offset, width } : undefined;
  }

  readonly #bar: MmioDevice = {
    read: (offset, width) => {
      if (offset >= NOTIFY) return 0;
      if (offset >= DEVICE) return this.#readDeviceConfig(offset - DEVICE, width);
      if (offset >= ISR) return offset === ISR ? this.#registers.takeIsr() : 0;
      return readCommon(this.#registers, offset, width);
    },
    write: (offset, width, value) => {
      if (offset >= NOTIFY) this.#registers.notify((offset - NOTIFY) / NOTIFY_MULTIPLIER);
      else if (offset < ISR) writeCommon(this.#registers, offset, width, value);
      else this.#registers.countMisuse();
    },
  };

  #readDeviceConfig(offset: number, width: Width): number {
    const { config } = this.#device;
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = (value << 8) | (config[offset + i] ?? 0);
    return value >>> 0;
  }
}
