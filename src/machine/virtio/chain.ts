/**
 * Chains of descriptors: VIRTIO 1.2, sections 2.7.5 and 2.7.5.3. The guest writes them, and may write them wrong: a chain
 * is read whole, with its bounds, before a device sees it.
 *
 * A descriptor is `{ addr: u64, len: u32, flags: u16, next: u16 }`.
 */

import { type Bytes, viewOf } from "../../base/bytes.ts";
import type { DmaMemory } from "../device.ts";

export const DESCRIPTOR_SIZE = 16;
export const F_NEXT = 1;
export const F_WRITE = 2;
export const F_INDIRECT = 4;

/** Descriptors of a chain, indirect ones included. */
export const MAX_CHAIN = 1024;

/** Bytes of a chain: more than drivers ask for, few enough to serve at once. */
export const MAX_CHAIN_BYTES = 0x80_0000;

/**
 * A buffer: first what the device may read, then what it may write. Valid while the device serves it; one that it keeps, what it
 * may write only after `renew`.
 */
export interface Chain {
  /** The index of its first descriptor, by which the driver knows it. */
  readonly head: number;
  readonly readable: readonly Bytes[];
  readonly writable: readonly Bytes[];
  /** To be called before what was kept for a while is written: the processor may have executed what is there. */
  renew(): void;
}

/** A table of descriptors in guest memory. */
export interface DescriptorTable {
  readonly address: number;
  /** In bytes. */
  readonly length: number;
}

/** The chain that begins at descriptor `head` of `table`; undefined if it is malformed. */
export function readChain(
  memory: DmaMemory,
  table: DescriptorTable,
  head: number,
  indirectAllowed: boolean,
): Chain | undefined {
  const reader = new ChainReader(memory);
  const end = reader.walk(table, head);
  if (end === "malformed") return undefined;
  if (end !== "complete" && !(indirectAllowed && reader.walkIndirect(end))) return undefined;
  const { readable, writable, places } = reader;
  const renew = () => {
    for (const { address, length } of places) memory.writable(address, length);
  };
  return { head, readable, writable, renew };
}

class ChainReader {
  readonly readable: Bytes[] = [];
  readonly writable: Bytes[] = [];
  /** Where `writable` lies. */
  readonly places: { readonly address: number; readonly length: number }[] = [];
  readonly #memory: DmaMemory;
  #count = 0;
  #bytes = 0;

  constructor(memory: DmaMemory) {
    this.#memory = memory;
  }

  /** Follows a chain to its end; or to a table that takes its place there. A loop exceeds the number of descriptors. */
  walk(table: DescriptorTable, head: number): "complete" | "malformed" | DescriptorTable {
    const bytes = this.#memory.readable(table.address, table.length);
    if (!bytes) return "malformed";
    const view = viewOf(bytes);
    const count = table.length / DESCRIPTOR_SIZE;
    for (let steps = 0, index = head; steps < count && index < count; steps++) {
      const at = index * DESCRIPTOR_SIZE;
      const address = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
      const length = view.getUint32(at + 8, true);
      const flags = view.getUint16(at + 12, true);
      if (flags & F_INDIRECT) return flags & F_NEXT ? "malformed" : { address, length };
      if (!this.#add(address, length, (flags & F_WRITE) !== 0)) return "malformed";
      if ((flags & F_NEXT) === 0) return "complete";
      index = view.getUint16(at + 14, true);
    }
    return "malformed";
  }

  /** Follows the chain in a table of its own, which holds no further table. */
  walkIndirect(table: DescriptorTable): boolean {
    const { length } = table;
    if (length === 0 || length > MAX_CHAIN * DESCRIPTOR_SIZE || length % DESCRIPTOR_SIZE !== 0) return false;
    return this.walk(table, 0) === "complete";
  }

  /** Adds a piece; false if it is out of order, out of memory or too much. */
  #add(address: number, length: number, writable: boolean): boolean {
    this.#bytes += length;
    if (++this.#count > MAX_CHAIN || this.#bytes > MAX_CHAIN_BYTES) return false;
    if (!writable && this.writable.length > 0) return false;
    if (length === 0) return true;
    const bytes = writable ? this.#memory.writable(address, length) : this.#memory.readable(address, length);
    if (bytes) (writable ? this.writable : this.readable).push(bytes);
    if (writable) this.places.push({ address, length });
    return bytes !== undefined;
  }
}
