/**
 * A PCI function with a type-0 header: PCI Local Bus Specification 3.0, chapter 6. Memory BARs, a list of
 * capabilities and one interrupt pin; no I/O space, no expansion ROM, no bridges, no message-signalled interrupts.
 */

import { alignUp } from "../../base/bits.ts";
import { type Bytes, viewOf } from "../../base/bytes.ts";
import { InternalError } from "../../base/errors.ts";
import type { InterruptLine, MmioDevice, Saveable, Width } from "../device.ts";
import { restoreBytes, saveBytes } from "../saved-bytes.ts";
import {
  BAR_64_BIT,
  BAR_FLAGS,
  BAR_PREFETCHABLE,
  BAR0,
  CACHE_LINE_SIZE,
  CAPABILITIES_POINTER,
  CLASS_CODE,
  COMMAND,
  COMMAND_BUS_MASTER,
  COMMAND_INTX_DISABLE,
  COMMAND_MEMORY,
  CONFIG_SIZE,
  DEVICE_ID,
  FIRST_CAPABILITY,
  INTERRUPT_LINE,
  INTERRUPT_PIN,
  REVISION_ID,
  STATUS,
  STATUS_CAPABILITIES,
  STATUS_INTERRUPT,
  SUBSYSTEM_ID,
  SUBSYSTEM_VENDOR_ID,
  VENDOR_ID,
} from "./registers.ts";

/** A window of registers that the guest places in memory space. `size` is a power of two, at least 16. */
export interface PciBar {
  /** Which of the six; a 64-bit one takes the next as well. */
  readonly index: number;
  readonly size: number;
  readonly bits: 32 | 64;
  readonly prefetchable?: boolean;
  readonly device: MmioDevice;
}

/** An entry of the capability list. */
export interface PciCapability {
  readonly id: number;
  /** What follows the identifier and the link. */
  readonly body: Bytes;
  /** Which bits of `body` the guest can write; none if absent. */
  readonly writable?: Bytes;
}

/** What a function is made of. */
export interface PciDescription {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId?: number;
  readonly subsystemId?: number;
  readonly revision?: number;
  /** 24 bits: base class, subclass, programming interface. */
  readonly classCode: number;
  /** 1 is INTA#. Absent: the function has no interrupt. */
  readonly interruptPin?: 1 | 2 | 3 | 4;
  readonly bars?: readonly PciBar[];
  readonly capabilities?: readonly PciCapability[];
}

/** Where the guest has put a BAR. */
export interface PciRegion {
  readonly base: number;
  readonly size: number;
  readonly device: MmioDevice;
}

/** What sits in a slot, as the host sees it. Offsets are below 256; neither access throws. */
export interface PciSlotDevice {
  readConfig(offset: number, width: Width): number;
  writeConfig(offset: number, width: Width, value: number): void;
  /** The BARs that answer now. */
  regions(): readonly PciRegion[];
}

export interface PciFunctionPorts {
  /** The wire of the interrupt pin. */
  readonly interrupt: InterruptLine;
}

export type SavedPciFunction = { readonly config: string; readonly interrupt: boolean };

/** The configuration space of a function, and what follows from it. */
export class PciFunction implements PciSlotDevice, Saveable {
  readonly #line: InterruptLine;
  readonly #bars: readonly PciBar[];
  readonly #config = new Uint8Array(CONFIG_SIZE);
  readonly #writable = new Uint8Array(CONFIG_SIZE);
  readonly #view = viewOf(this.#config);
  readonly #capabilityOffsets: number[] = [];
  #interrupt: boolean;

  constructor(description: PciDescription, ports: PciFunctionPorts, saved?: SavedPciFunction) {
    this.#line = ports.interrupt;
    this.#bars = description.bars ?? [];
    this.#writeHeader(description);
    for (const bar of this.#bars) this.#writeBar(bar);
    this.#writeCapabilities(description.capabilities ?? []);
    if (saved) for (const [offset, byte] of restoreBytes(saved.config).entries()) this.#put(offset, byte);
    this.#interrupt = saved?.interrupt ?? false;
    this.#update();
  }

  save(): SavedPciFunction {
    return { config: saveBytes(this.#config), interrupt: this.#interrupt };
  }

  /** Where in configuration space the capability is that was described as number `index`. */
  capabilityOffset(index: number): number {
    return this.#capabilityOffsets[index] ?? 0;
  }

  /** Raises or clears the interrupt pin, as far as the guest has not disabled it. */
  setInterrupt(raised: boolean): void {
    this.#interrupt = raised;
    this.#update();
  }

  readConfig(offset: number, width: Width): number {
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = (value << 8) | (this.#config[offset + i] ?? 0);
    return value >>> 0;
  }

  writeConfig(offset: number, width: Width, value: number): void {
    for (let i = 0; i < width; i++) this.#put(offset + i, value >>> (8 * i));
    this.#update();
  }

  regions(): readonly PciRegion[] {
    if ((this.#view.getUint16(COMMAND, true) & COMMAND_MEMORY) === 0) return [];
    return this.#bars.map((bar) => ({ base: this.#baseOf(bar), size: bar.size, device: bar.device }));
  }

  #baseOf(bar: PciBar): number {
    const offset = BAR0 + 4 * bar.index;
    const low = (this.#view.getUint32(offset, true) & ~BAR_FLAGS) >>> 0;
    return bar.bits === 32 ? low : low + this.#view.getUint32(offset + 4, true) * 2 ** 32;
  }

  /** Writes the bits of a byte that can be written. */
  #put(offset: number, value: number): void {
    const mask = this.#writable[offset] ?? 0;
    this.#config[offset] = ((this.#config[offset] ?? 0) & ~mask) | (value & mask);
  }

  #writeHeader(description: PciDescription): void {
    const view = this.#view;
    view.setUint16(VENDOR_ID, description.vendorId, true);
    view.setUint16(DEVICE_ID, description.deviceId, true);
    view.setUint8(REVISION_ID, description.revision ?? 0);
    view.setUint8(CLASS_CODE, description.classCode);
    view.setUint16(CLASS_CODE + 1, description.classCode >>> 8, true);
    view.setUint16(SUBSYSTEM_VENDOR_ID, description.subsystemVendorId ?? 0, true);
    view.setUint16(SUBSYSTEM_ID, description.subsystemId ?? 0, true);
    view.setUint8(INTERRUPT_PIN, description.interruptPin ?? 0);
    const writable = viewOf(this.#writable);
    writable.setUint16(COMMAND, COMMAND_MEMORY | COMMAND_BUS_MASTER | COMMAND_INTX_DISABLE, true);
    writable.setUint8(CACHE_LINE_SIZE, 0xff);
    writable.setUint8(INTERRUPT_LINE, 0xff);
  }

  /** Only the bits above the size can be written: so a guest that writes all ones reads the size (6.2.5.1). */
  #writeBar({ index, size, bits, prefetchable }: PciBar): void {
    const offset = BAR0 + 4 * index;
    const flags = (bits === 64 ? BAR_64_BIT : 0) | (prefetchable ? BAR_PREFETCHABLE : 0);
    const mask = -BigInt(size);
    this.#view.setUint32(offset, flags, true);
    viewOf(this.#writable).setUint32(offset, Number(BigInt.asUintN(32, mask)), true);
    if (bits === 32) return;
    viewOf(this.#writable).setUint32(offset + 4, Number(BigInt.asUintN(32, mask >> 32n)), true);
  }

  #writeCapabilities(capabilities: readonly PciCapability[]): void {
    let link = CAPABILITIES_POINTER;
    let offset = FIRST_CAPABILITY;
    for (const { id, body, writable } of capabilities) {
      if (offset + 2 + body.length > CONFIG_SIZE) throw new InternalError("PCI capabilities do not fit");
      this.#config[link] = offset;
      this.#config[offset] = id;
      this.#config.set(body, offset + 2);
      if (writable) this.#writable.set(writable, offset + 2);
      this.#capabilityOffsets.push(offset);
      link = offset + 1;
      offset = alignUp(offset + 2 + body.length, 4);
    }
    if (capabilities.length > 0) this.#config[STATUS] = STATUS_CAPABILITIES;
  }

  #update(): void {
    const disabled = (this.#view.getUint16(COMMAND, true) & COMMAND_INTX_DISABLE) !== 0;
    const status = (this.#config[STATUS] ?? 0) & ~STATUS_INTERRUPT;
    this.#config[STATUS] = status | (this.#interrupt ? STATUS_INTERRUPT : 0);
    this.#line.set(this.#interrupt && !disabled);
  }
}
