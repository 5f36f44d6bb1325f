/** A small virtio driver for tests: it reaches a device only as a guest does, through PCI and memory. */

import { type Bytes, concatBytes, viewOf } from "../../../base/bytes.ts";
import type { Width } from "../../device.ts";
import { TestMemory, Wire } from "../../testing/ports.ts";
import { F_NEXT, F_WRITE } from "../chain.ts";
import { VirtioPciFunction } from "../pci-transport.ts";
import type { VirtioDevice } from "../virtio-device.ts";

const RAM = 0x8000_0000;
const RAM_SIZE = 0x40_0000;
const BAR = 0x4000_0000;
const QUEUE_SPACE = 0x8000;
const BUFFERS = 0x20_0000;

export const STATUS = 0x14;
const NOTIFY = 0x3000;

/** A buffer that the device has returned. */
export interface Returned {
  readonly id: number;
  readonly written: number;
  /** The writable part, as far as the device says that it wrote it. */
  readonly bytes: Bytes;
}

interface TestQueue {
  readonly size: number;
  readonly base: number;
  nextDescriptor: number;
  seen: number;
  readonly writable: Map<number, { address: number; length: number }[]>;
}

/** Drives one device on a memory of its own. */
export class TestDriver {
  readonly memory = new TestMemory(RAM, RAM_SIZE);
  readonly line = new Wire();
  readonly pci: VirtioPciFunction;
  readonly #queues: TestQueue[] = [];
  #nextBuffer = RAM + BUFFERS;

  constructor(device: VirtioDevice) {
    this.pci = new VirtioPciFunction(device, { memory: this.memory, interrupt: this.line });
    this.pci.writeConfig(0x10, 4, BAR);
    this.pci.writeConfig(4, 2, 6);
  }

  read(offset: number, width: Width): number {
    return this.pci.regions()[0]?.device.read(offset, width) ?? -1;
  }

  write(offset: number, width: Width, value: number): void {
    this.pci.regions()[0]?.device.write(offset, width, value);
  }

  /** Goes through initialisation (section 3.1.1), taking all features but `without`; sets up every queue. */
  start(without = 0n): void {
    this.write(STATUS, 1, 0);
    this.write(STATUS, 1, 1);
    this.write(STATUS, 1, 3);
    for (const select of [0, 1]) {
      this.write(0, 4, select);
      this.write(8, 4, select);
      const refused = Number(BigInt.asUintN(32, without >> BigInt(32 * select)));
      this.write(12, 4, (this.read(4, 4) & ~refused) >>> 0);
    }
    this.write(STATUS, 1, 0xb);
    for (let index = 0; index < this.read(0x12, 2); index++) this.#setUp(index);
    this.write(STATUS, 1, 0xf);
  }

  #setUp(index: number): void {
    this.write(0x16, 2, index);
    const base = RAM + index * QUEUE_SPACE;
    const size = this.read(0x18, 2);
    const queue = { size, base, nextDescriptor: 0, seen: 0, writable: new Map() };
    this.#queues[index] = queue;
    this.write(0x20, 4, base);
    this.write(0x28, 4, base + 0x4000);
    this.write(0x30, 4, base + 0x5000);
    this.write(0x1c, 2, 1);
  }

  /** Makes a buffer available: the bytes of `out`, and room of the lengths `room`. Returns its number. */
  add(index: number, out: readonly Bytes[], room: readonly number[] = []): number {
    const queue = this.#queue(index);
    const head = queue.nextDescriptor;
    const writable: { address: number; length: number }[] = [];
    const parts = [
      ...out.map((bytes) => ({ bytes, flags: 0 })),
      ...room.map((n) => ({ bytes: new Uint8Array(n), flags: F_WRITE })),
    ];
    for (const [i, { bytes, flags }] of parts.entries()) {
      const address = this.place(bytes);
      if (flags) writable.push({ address, length: bytes.length });
      this.descriptor(
        index,
        queue.nextDescriptor,
        address,
        bytes.length,
        flags | (i + 1 < parts.length ? F_NEXT : 0),
      );
      queue.nextDescriptor = (queue.nextDescriptor + 1) % queue.size;
    }
    queue.writable.set(head, writable);
    this.offer(index, head);
    return head;
  }

  /** Puts bytes into guest memory, and says where. */
  place(bytes: Bytes): number {
    if (this.#nextBuffer + bytes.length > RAM + RAM_SIZE) this.#nextBuffer = RAM + BUFFERS;
    const address = this.#nextBuffer;
    this.memory.bytes.set(bytes, address - RAM);
    this.#nextBuffer += bytes.length;
    return address;
  }

  /** Writes a descriptor; its successor is the next in the table. */
  descriptor(index: number, slot: number, address: number, length: number, flags: number): void {
    const queue = this.#queue(index);
    const view = this.#view(queue.base + 16 * slot, 16);
    view.setUint32(0, address, true);
    view.setUint32(4, Math.floor(address / 2 ** 32), true);
    view.setUint32(8, length, true);
    view.setUint16(12, flags, true);
    view.setUint16(14, (slot + 1) % queue.size, true);
  }

  /** Puts a chain into the available ring. */
  offer(index: number, head: number): void {
    const queue = this.#queue(index);
    const ring = this.#view(queue.base + 0x4000, 4 + 2 * queue.size);
    const next = ring.getUint16(2, true);
    ring.setUint16(4 + 2 * (next % queue.size), head, true);
    ring.setUint16(2, next + 1, true);
  }

  kick(index: number): void {
    this.write(NOTIFY + 4 * index, 2, index);
  }

  /** The buffers returned since the last call. */
  returned(index: number): Returned[] {
    const queue = this.#queue(index);
    const ring = this.#view(queue.base + 0x5000, 4 + 8 * queue.size);
    const found: Returned[] = [];
    for (; queue.seen !== ring.getUint16(2, true); queue.seen = (queue.seen + 1) & 0xffff) {
      const slot = 4 + 8 * (queue.seen % queue.size);
      const [id, written] = [ring.getUint32(slot, true), ring.getUint32(slot + 4, true)];
      found.push({ id, written, bytes: this.#writtenBytes(queue, id).slice(0, written) });
    }
    return found;
  }

  /** Makes a buffer available, notifies, and returns what came back for it. */
  request(index: number, out: readonly Bytes[], room: readonly number[] = []): Returned | undefined {
    const id = this.add(index, out, room);
    this.kick(index);
    return this.returned(index).find((buffer) => buffer.id === id);
  }

  #writtenBytes(queue: TestQueue, id: number): Bytes {
    const places = queue.writable.get(id) ?? [];
    return concatBytes(
      places.map(({ address, length }) => this.memory.readable(address, length) ?? new Uint8Array(0)),
    );
  }

  #queue(index: number): TestQueue {
    const queue = this.#queues[index];
    if (!queue) throw new Error(`queue ${index} is not set up`);
    return queue;
  }

  #view(address: number, length: number): DataView {
    return viewOf(this.memory.bytes.subarray(address - RAM, address - RAM + length));
  }
}
