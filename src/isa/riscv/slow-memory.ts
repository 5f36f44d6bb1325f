/**
 * Accesses that the TLB did not answer: they are translated, and done in RAM or by a device. What the TLB may answer next
 * time is entered there. The RISC-V Instruction Set Manual, volume II, sections 3.6 and 3.7.
 */

import { FOR_WRITE } from "../../engine/find-place.ts";
import type { Reaching } from "../../engine/ir.ts";
import type { HartMemory } from "./hart-memory.ts";
import type { Mmu } from "./mmu.ts";
import { Access, type Pmp } from "./pmp.ts";
import { Cause, layout, privilege } from "./state.ts";

/** Device registers at a physical address, at most four bytes; undefined or false where nothing answers. */
export interface PhysicalBus {
  read(address: number, width: 1 | 2 | 4): number | undefined;
  write(address: number, width: 1 | 2 | 4, value: number): boolean;
}

export interface SlowMemoryPorts {
  readonly memory: HartMemory;
  readonly mmu: Mmu;
  readonly pmp: Pmp;
  readonly bus: PhysicalBus;
  readonly trap: (cause: number, low: number, high: number) => void;
  /** Whether any of these bytes are code that was decoded or translated. */
  readonly holdsCode: (host: number, length: number) => boolean;
  /** RAM was written: no hart may run what was decoded there. */
  readonly codeWritten: (host: number, length: number) => void;
}

const PAGE = 4096;
/** What #reach answers where the address is not RAM. */
const DEVICE = -2;

export class SlowMemory {
  readonly #ports: SlowMemoryPorts;
  readonly #memory: HartMemory;
  readonly #mmu: Mmu;
  /** The physical address of the last access that reached no RAM. */
  #physical = 0;
  #wholePage = true;

  constructor(ports: SlowMemoryPorts) {
    this.#ports = ports;
    this.#memory = ports.memory;
    this.#mmu = ports.mmu;
  }

  fetchPage(low: number, high: number): number {
    const mode = this.#memory.get(privilege);
    const physical = this.#mmu.translate(low, high, 2, Access.fetch, mode);
    if (physical < 0) {
      this.#ports.trap(this.#mmu.fault, low, high);
      return -1;
    }
    const page = physical - (physical % PAGE);
    const host = this.#memory.hostAddress(page, PAGE);
    if (host < 0) {
      this.#ports.trap(Cause.fetchAccess, low, high);
      return -1;
    }
    this.#mmu.noteCodePage(low, high);
    this.#wholePage = this.#ports.pmp.coversPage(page);
    return host;
  }

  fetchedWholePage(): boolean {
    return this.#wholePage;
  }

  peekPage(low: number, high: number): number {
    const physical = this.#mmu.peek(low, high, 2, this.#memory.get(privilege));
    if (physical < 0) return -1;
    const page = physical - (physical % PAGE);
    if (!this.#ports.pmp.coversPage(page)) return -1;
    this.#mmu.noteCodePage(low, high);
    return this.#memory.hostAddress(page, PAGE);
  }

  findPlace(low: number, high: number, size: number, reaching: Reaching): number {
    if ((low & 0xfff) + size > PAGE) return 0;
    const write = reaching !== "read";
    const access = write ? Access.write : Access.read;
    const mode = this.#mmu.dataPrivilege();
    const physical =
      reaching === "readWrite"
        ? this.#mmu.peek(low, high, size, mode, access)
        : this.#mmu.translate(low, high, size, access, mode);
    // What may be written counts as readable.
    if (write && physical >= 0 && !this.#ports.pmp.allows(physical, size, Access.read, mode)) return 0;
    const host = physical < 0 ? -1 : this.#memory.hostAddress(physical, size);
    if (host < 0) return 0;
    if (!write || !this.#memory.hasCode(host)) {
      this.#mmu.enterData(low, high, physical, host, access);
      return host;
    }
    return this.#ports.holdsCode(host, size) ? 0 : host;
  }

  slowLoad(low: number, high: number, size: number): void {
    const access = size & FOR_WRITE ? Access.write : Access.read;
    const bytes = size & (FOR_WRITE - 1);
    if ((low & 0xfff) + bytes > PAGE) {
      this.#crossPages(low, high, bytes, access);
      return;
    }
    const host = this.#reach(low, high, bytes, access);
    const result = this.#memory.hart.state + layout.result.offset;
    if (host >= 0) {
      this.#memory.bytes.copyWithin(result, host, host + bytes);
    } else if (host === DEVICE && !this.#deviceRead(this.#physical, bytes, result)) {
      this.#ports.trap(access === Access.write ? Cause.storeAccess : Cause.loadAccess, low, high);
    }
  }

  slowStore(low: number, high: number, size: number): void {
    if ((low & 0xfff) + size > PAGE) {
      this.#crossPages(low, high, size, Access.write, true);
      return;
    }
    const host = this.#reach(low, high, size, Access.write);
    const source = this.#memory.hart.state + layout.result.offset;
    if (host >= 0) this.#writeRam(host, source, size);
    else if (host === DEVICE && !this.#deviceWrite(this.#physical, size, source)) {
      this.#ports.trap(Cause.storeAccess, low, high);
    }
  }

  /** The host address of an access within a page, entered in the TLB where it may be; DEVICE, or -1 after a trap. */
  #reach(low: number, high: number, size: number, access: Access): number {
    const physical = this.#mmu.translate(low, high, size, access, this.#mmu.dataPrivilege());
    if (physical < 0) {
      this.#ports.trap(this.#mmu.fault, low, high);
      return -1;
    }
    const host = this.#memory.hostAddress(physical, size);
    if (host < 0) {
      this.#physical = physical;
      return DEVICE;
    }
    if (access === Access.read || !this.#memory.hasCode(host)) {
      this.#mmu.enterData(low, high, physical, host, access);
    }
    return host;
  }

  #writeRam(host: number, source: number, size: number): void {
    this.#memory.bytes.copyWithin(host, source, source + size);
    this.#ports.codeWritten(host, size);
  }

  /** A misaligned access over the end of a page, byte by byte, after both pages are known to be reachable. */
  #crossPages(low: number, high: number, size: number, access: Access, store = false): void {
    const first = PAGE - (low & 0xfff);
    const nextLow = (low + first) | 0;
    const nextHigh = nextLow === 0 ? high + 1 : high;
    const a = this.#reach(low, high, first, access);
    if (a === -1) return;
    const b = this.#reach(nextLow, nextHigh, size - first, access);
    if (b === -1) return;
    if (a === DEVICE || b === DEVICE) {
      this.#ports.trap(access === Access.write ? Cause.storeAccess : Cause.loadAccess, low, high);
      return;
    }
    const result = this.#memory.hart.state + layout.result.offset;
    if (store) {
      this.#writeRam(a, result, first);
      this.#writeRam(b, result + first, size - first);
    } else {
      this.#memory.bytes.copyWithin(result, a, a + first);
      this.#memory.bytes.copyWithin(result + first, b, b + size - first);
    }
  }

  #deviceRead(physical: number, size: number, result: number): boolean {
    const { bus } = this.#ports;
    const { view } = this.#memory;
    for (let offset = 0; offset < size; offset += 4) {
      const width = Math.min(size, 4) as 1 | 2 | 4;
      const value = physical % width === 0 ? bus.read(physical + offset, width) : undefined;
      if (value === undefined) return false;
      view.setUint32(result + offset, value, true);
    }
    return true;
  }

  #deviceWrite(physical: number, size: number, source: number): boolean {
    const { bus } = this.#ports;
    const { view } = this.#memory;
    for (let offset = 0; offset < size; offset += 4) {
      const width = Math.min(size, 4) as 1 | 2 | 4;
      const mask = width === 4 ? 0xffffffff : (1 << (8 * width)) - 1;
      const value = (view.getUint32(source + offset, true) & mask) >>> 0;
      if (physical % width !== 0 || !bus.write(physical + offset, width, value)) return false;
    }
    return true;
  }
}
