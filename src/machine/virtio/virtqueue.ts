/**
 * Split virtqueues, the device's side: VIRTIO 1.2, section 2.7. The driver puts buffers (chains of descriptors) into the
 * available ring; the device returns them through the used ring. With indirect descriptors; without event indices.
 *
 * ```
 * available  { flags: u16, idx: u16, ring: u16[size] }
 * used       { flags: u16, idx: u16, ring: { id: u32, len: u32 }[size] }
 * ```
 *
 * All of it is the guest's to write, at any time. A malformed ring or chain breaks the queue: it is dead until the driver
 * resets the device.
 */

import { viewOf } from "../../base/bytes.ts";
import type { DmaMemory } from "../device.ts";
import { type Chain, DESCRIPTOR_SIZE, readChain } from "./chain.ts";

const AVAIL_F_NO_INTERRUPT = 1;

export interface VirtqueuePorts {
  readonly memory: DmaMemory;
  /** The driver is to know that buffers were returned. */
  interrupt(): void;
  /** The driver broke the queue. */
  broken(): void;
}

/** What the driver sets up; addresses are guest-physical. */
export type QueueSetup = {
  /** A power of two. */
  size: number;
  enabled: boolean;
  descriptors: number;
  available: number;
  used: number;
};

export type SavedVirtqueue = Readonly<QueueSetup> & {
  readonly nextAvailable: number;
  readonly nextUsed: number;
  readonly broken: boolean;
  /** The heads of chains that were taken and not returned. */
  readonly taken: readonly number[];
};

/** One queue of a device. */
export class Virtqueue {
  readonly maxSize: number;
  readonly setup: QueueSetup;
  /** Whether the driver accepted VIRTIO_F_INDIRECT_DESC. */
  indirect = false;
  readonly #ports: VirtqueuePorts;
  #nextAvailable = 0;
  #nextUsed = 0;
  #broken = false;
  /** The heads of chains that the device has, in the order in which it took them. */
  #taken: number[] = [];
  /** Those of them that a device before this one had taken, which was saved: they are to be served once more. */
  #again: number[] = [];

  constructor(maxSize: number, ports: VirtqueuePorts, saved?: SavedVirtqueue) {
    this.maxSize = maxSize;
    this.#ports = ports;
    this.setup = { size: maxSize, enabled: false, descriptors: 0, available: 0, used: 0 };
    if (!saved) return;
    const { nextAvailable, nextUsed, broken, taken, ...setup } = saved;
    Object.assign(this.setup, setup);
    this.#nextAvailable = nextAvailable;
    this.#nextUsed = nextUsed;
    this.#broken = broken;
    this.#again = [...taken];
  }

  save(): SavedVirtqueue {
    const cursors = { nextAvailable: this.#nextAvailable, nextUsed: this.#nextUsed, broken: this.#broken };
    return { ...this.setup, ...cursors, taken: [...this.#taken, ...this.#again] };
  }

  /** Whether a device that was saved had chains that it had not returned. */
  get isInterrupted(): boolean {
    return this.#again.length > 0;
  }

  reset(): void {
    Object.assign(this.setup, { size: this.maxSize, enabled: false, descriptors: 0, available: 0, used: 0 });
    this.indirect = false;
    this.#nextAvailable = 0;
    this.#nextUsed = 0;
    this.#broken = false;
    this.#taken = [];
    this.#again = [];
  }

  /**
   * Serves the buffers that are available now, as long as `wanted` says so; `handle` returns how many bytes it wrote, or
   * undefined: then the device keeps the buffer, and gives it to `finish` later.
   * Buffers that the driver adds meanwhile come with another notification: so this ends, whatever the rings say.
   */
  serve(handle: (chain: Chain) => number | undefined, wanted: () => boolean = () => true): void {
    let served = false;
    for (let left = this.available(); left > 0 && wanted(); left--) {
      const chain = this.pop();
      if (!chain) break;
      const written = handle(chain);
      if (written === undefined) continue;
      if (!this.push(chain, written)) break;
      served = true;
    }
    if (served) this.interrupt();
  }

  /** Returns a buffer that was kept, and tells the driver. */
  finish(chain: Chain, written: number): void {
    if (this.push(chain, written)) this.interrupt();
  }

  /** How many buffers the driver has made available; more than the queue holds, with those that the device has, break it. */
  available(): number {
    const ring = this.#availableRing();
    if (!ring) return 0;
    const count = (ring.getUint16(2, true) - this.#nextAvailable) & 0xffff;
    const fresh = count + this.#again.length;
    return fresh + this.#taken.length <= this.setup.size ? fresh : this.#break(0);
  }

  /** Takes the next available buffer; undefined if there is none. */
  pop(): Chain | undefined {
    const ring = this.available() > 0 ? this.#availableRing() : undefined;
    if (!ring) return undefined;
    const { size, descriptors } = this.setup;
    const head = this.#again.shift() ?? this.#nextHead(ring);
    const table = { address: descriptors, length: size * DESCRIPTOR_SIZE };
    const chain = readChain(this.#ports.memory, table, head, this.indirect) ?? this.#break(undefined);
    if (chain) this.#taken.push(head);
    return chain;
  }

  #nextHead(ring: DataView): number {
    const head = ring.getUint16(4 + 2 * (this.#nextAvailable & (this.setup.size - 1)), true);
    this.#nextAvailable = (this.#nextAvailable + 1) & 0xffff;
    return head;
  }

  /** Returns a buffer, the first `written` bytes of its writable part being new. False if the queue is broken. */
  push(chain: Chain, written: number): boolean {
    if (this.#broken || !this.setup.enabled) return false;
    this.#taken.splice(this.#taken.indexOf(chain.head), 1);
    const { size, used } = this.setup;
    const bytes = this.#ports.memory.writable(used, 6 + 8 * size);
    if (!bytes) return this.#break(false);
    const ring = viewOf(bytes);
    const slot = 4 + 8 * (this.#nextUsed & (size - 1));
    this.#nextUsed = (this.#nextUsed + 1) & 0xffff;
    ring.setUint32(slot, chain.head, true);
    ring.setUint32(slot + 4, written, true);
    ring.setUint16(2, this.#nextUsed, true);
    return true;
  }

  /** Tells the driver that buffers were returned, unless it does not want to know. */
  interrupt(): void {
    const flags = this.#availableRing()?.getUint16(0, true) ?? AVAIL_F_NO_INTERRUPT;
    if ((flags & AVAIL_F_NO_INTERRUPT) === 0) this.#ports.interrupt();
  }

  #availableRing(): DataView | undefined {
    if (this.#broken || !this.setup.enabled) return undefined;
    const bytes = this.#ports.memory.readable(this.setup.available, 6 + 2 * this.setup.size);
    return bytes ? viewOf(bytes) : this.#break(undefined);
  }

  #break<T>(result: T): T {
    this.#broken = true;
    this.#ports.broken();
    return result;
  }
}
