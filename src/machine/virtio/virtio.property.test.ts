/**
 * Properties of all virtio devices under a hostile driver: whatever it writes into registers, configuration space, rings
 * and descriptors, at any time, nothing throws, everything ends, and only the guest's RAM is touched.
 */

import { describe, expect, it } from "vitest";
import { type Bytes, viewOf } from "../../base/bytes.ts";
import type { DmaMemory, Saved, Width } from "../device.ts";
import { Wire } from "../testing/ports.ts";
import { Random } from "../testing/random.ts";
import { VirtioBlock } from "./block/virtio-block.ts";
import { F_INDIRECT, F_NEXT, F_WRITE } from "./chain.ts";
import { VirtioConsole } from "./console/virtio-console.ts";
import { VirtioFs } from "./fs/virtio-fs.ts";
import { VirtioPciFunction } from "./pci-transport.ts";
import { VirtioRng } from "./rng/virtio-rng.ts";
import type { VirtioDevice } from "./virtio-device.ts";

const MACHINES = 100;
const STEPS = 100;

const RAM = 0x8000_0000;
const RAM_SIZE = 0x1_0000;
const MARGIN = 0x1000;
const CANARY = 0xc5;

/** Each queue has its tables in a page of its own, or else anywhere, so that they overlap. */
const TABLES = 0x200;
const AVAILABLE = 0x100;
const USED = 0x180;
const MAX_SIZE = 8;

/** Where buffers lie. */
const BUFFERS = 0x2000;

/** RAM between two margins that nobody may touch; every access is checked. */
class GuardedMemory implements DmaMemory {
  readonly whole = new Uint8Array(RAM_SIZE + 2 * MARGIN).fill(CANARY);
  readonly ram = this.whole.subarray(MARGIN, MARGIN + RAM_SIZE);

  readable(address: number, length: number): Bytes | undefined {
    expect(Number.isFinite(address) && Number.isInteger(length)).toBe(true);
    const start = address - RAM;
    if (!(start >= 0 && length >= 0 && start + length <= RAM_SIZE)) return undefined;
    return this.ram.subarray(start, start + length);
  }

  writable(address: number, length: number): Bytes | undefined {
    return this.readable(address, length);
  }

  get intact(): boolean {
    const margins = [this.whole.subarray(0, MARGIN), this.whole.subarray(MARGIN + RAM_SIZE)];
    return margins.every((margin) => margin.every((byte) => byte === CANARY));
  }
}

/** A device, what its host does now and then, and how to make its equal. */
interface Subject {
  readonly device: VirtioDevice;
  host?(random: Random): unknown;
  /** How many buffers it returned later than when it was notified. */
  finished?(): number;
  copy(saved: Saved): VirtioDevice;
  /** What must hold in the end, beyond what holds for all devices. */
  check?(): void;
}

function rng(random: Random): Subject {
  const entropy = { fill: (bytes: Bytes) => void bytes.fill(random.word()) };
  return { device: new VirtioRng({ entropy }), copy: () => new VirtioRng({ entropy }) };
}

/** A disk whose requests are done when the host comes to it. */
const slowBlock = (random: Random): Subject => block(random, true);

function block(random: Random, isSlow = false): Subject {
  const waiting: (() => void)[] = [];
  const promised = <T>(value: () => T): Promise<T> =>
    new Promise((resolve) => waiting.push(() => resolve(value())));
  let finished = 0;
  const later = (act: () => void) => {
    finished++;
    act();
  };
  const content = new Uint8Array(32 * 512);
  let outside = 0;
  const backend = {
    size: content.length,
    readOnly: random.once(4),
    read: (offset: number, into: Bytes) => {
      if (offset + into.length > content.length) outside++;
      const bytes = content.slice(offset, offset + into.length);
      if (isSlow) return promised(() => bytes);
      into.set(bytes);
      return undefined;
    },
    write: (offset: number, from: Bytes) => {
      content.set(from, offset);
      return isSlow ? promised(() => {}) : undefined;
    },
    flush: () => {
      if (random.once(3)) throw new Error("no space");
      return undefined;
    },
  };
  return {
    device: new VirtioBlock({ backend, later }),
    host: async () => {
      for (const act of waiting.splice(0, random.below(waiting.length + 1))) act();
      // A request of one part has some steps to go.
      for (let turn = 0; turn < 8; turn++) await undefined;
    },
    finished: () => finished,
    check: () => expect(outside).toBe(0),
    copy: (saved) => new VirtioBlock({ backend, later }, saved as ReturnType<VirtioBlock["save"]>),
  };
}

function fs(random: Random): Subject {
  const server = {
    handle: (request: Bytes, capacity: number) =>
      random.once(4)
        ? undefined
        : new Uint8Array(random.once(8) ? capacity + 1 : Math.min(capacity, request.length)),
  };
  return {
    device: new VirtioFs({ tag: "t", server }),
    copy: (saved) => new VirtioFs({ tag: "t", server }, saved as ReturnType<VirtioFs["save"]>),
  };
}

function terminal(random: Random): Subject {
  const ports = ["tty", "a", "b"].map((name) => ({
    name,
    output: (bytes: Bytes) => expect(bytes.length).toBeGreaterThan(0),
    room: () => {},
  }));
  const device = new VirtioConsole({ ports });
  return {
    device,
    host: () => {
      const port = random.below(4);
      if (random.once(10)) device.end(port);
      else if (random.once(4)) device.resize(random.below(300), random.below(100));
      else device.input(port, new Uint8Array(random.below(5000)));
    },
    copy: (saved) => new VirtioConsole({ ports }, saved as ReturnType<VirtioConsole["save"]>),
  };
}

/** The guest: it knows the protocol, follows it most of the time, and cheats now and then. */
class HostileDriver {
  readonly memory = new GuardedMemory();
  readonly pci: VirtioPciFunction;
  readonly #random: Random;
  readonly #queues: number;
  readonly #features: number;
  readonly #view = viewOf(this.memory.ram);
  served = 0;

  constructor(random: Random, device: VirtioDevice) {
    this.#random = random;
    this.#queues = device.queueSizes.length;
    this.#features = (Number(device.features) | 0x1000_0000) >>> 0;
    this.pci = new VirtioPciFunction(device, { memory: this.memory, interrupt: new Wire() });
    this.#initialise();
  }

  step(): void {
    const random = this.#random;
    if (this.#read(0x14, 1) !== 0xf && random.once(2)) this.#initialise();
    const queue = random.below(this.#queues);
    for (let i = random.below(4); i > 0; i--) this.#offer(queue);
    if (random.once(8)) this.#cheatInMemory(queue);
    if (random.once(8)) this.#cheatInRegisters();
    const before = this.#usedIndex(queue);
    this.#write(0x3000 + 4 * (random.once(50) ? random.below(64) : queue), 2, queue);
    this.served += (this.#usedIndex(queue) - before) & 0xffff;
  }

  #read(at: number, width: Width): number {
    return this.pci.regions()[0]?.device.read(at, width) ?? 0;
  }

  #write(at: number, width: Width, value: number): void {
    this.pci.regions()[0]?.device.write(at, width, value);
  }

  #usedIndex(queue: number): number {
    return this.#view.getUint16(queue * TABLES + USED + 2, true);
  }

  #initialise(): void {
    this.pci.writeConfig(4, 2, 2);
    this.memory.ram.fill(0, 0, BUFFERS);
    for (const status of [0, 1, 3]) this.#write(0x14, 1, status);
    this.#write(8, 4, 0);
    this.#write(0xc, 4, this.#features);
    this.#write(8, 4, 1);
    this.#write(0xc, 4, 1);
    this.#write(0x14, 1, 0xb);
    for (let queue = 0; queue < this.#queues; queue++) this.#setUp(queue);
    this.#write(0x14, 1, 0xf);
  }

  #setUp(queue: number): void {
    const random = this.#random;
    const wrong = () =>
      random.pick([0, AVAILABLE, USED, RAM_SIZE - TABLES * queue - 8, random.below(BUFFERS) & ~15]);
    const place = (offset: number) => RAM + queue * TABLES + (random.once(40) ? wrong() : offset);
    this.#write(0x16, 2, queue);
    this.#write(0x18, 2, MAX_SIZE);
    this.#write(0x20, 4, place(0));
    this.#write(0x28, 4, place(AVAILABLE));
    this.#write(0x30, 4, place(USED));
    this.#write(0x1c, 2, 1);
  }

  /** Makes a chain of up to six descriptors available; sometimes in a table elsewhere. */
  #offer(queue: number): void {
    const random = this.#random;
    const [base, view] = [queue * TABLES, this.#view];
    const head = random.below(MAX_SIZE);
    const indirect = random.once(5);
    const length = 1 + random.below(6);
    const readable = random.below(length + 1);
    const table = indirect ? BUFFERS + 16 * random.below(64) : base;
    for (let i = 0; i < length; i++) {
      const slot = indirect ? i : (head + i) % MAX_SIZE;
      const flags = (i < readable ? 0 : F_WRITE) | (i + 1 < length ? F_NEXT : 0);
      const next = indirect ? i + 1 : (slot + 1) % MAX_SIZE;
      this.#descriptor(table + 16 * slot, this.#buffer(), this.#length(), flags, next);
    }
    if (indirect) this.#descriptor(base + 16 * head, RAM + table, 16 * length, F_INDIRECT, 0);
    const index = view.getUint16(base + AVAILABLE + 2, true);
    view.setUint16(base + AVAILABLE + 4 + 2 * (index % MAX_SIZE), head, true);
    view.setUint16(base + AVAILABLE + 2, index + 1, true);
  }

  #descriptor(at: number, address: number, length: number, flags: number, next: number): void {
    this.#view.setUint32(at, address, true);
    this.#view.setUint32(at + 4, Math.floor(address / 2 ** 32), true);
    this.#view.setUint32(at + 8, length, true);
    this.#view.setUint16(at + 12, flags, true);
    this.#view.setUint16(at + 14, next, true);
  }

  /** The address of a buffer that may hold a request: small numbers mean something everywhere. */
  #buffer(): number {
    const random = this.#random;
    if (random.once(200)) return random.word() * 2 ** random.below(33);
    if (random.once(20)) return RAM + random.below(BUFFERS);
    const at = BUFFERS + 16 * random.below((RAM_SIZE - BUFFERS - 0x1000) / 16);
    if (random.once(2))
      for (let i = 0; i < 8; i++) this.#view.setUint16(at + 2 * i, random.below(8) * random.below(2), true);
    return RAM + at;
  }

  #length(): number {
    const random = this.#random;
    if (random.once(200)) return random.word();
    return random.pick([0, 1, 8, 16, 512, 1024, random.below(4096)]);
  }

  #cheatInMemory(queue: number): void {
    this.#view.setUint16(queue * TABLES + 2 * this.#random.below(TABLES / 2), this.#random.word(), true);
  }

  #cheatInRegisters(): void {
    const random = this.#random;
    const width = random.pick([1, 2, 4] as const);
    const value = random.once(2) ? random.below(16) : random.word() >>> (32 - 8 * width);
    if (random.once(2)) this.#write(random.below(0x40), width, value);
    else this.pci.writeConfig(random.below(0x100), width, value);
    this.#read(random.below(0x4000), width);
    this.pci.readConfig(random.below(0x100), width);
  }
}

/** A machine's life; returns how many buffers the device returned. */
async function torment(make: (random: Random) => Subject, seed: number): Promise<number> {
  const random = new Random(seed);
  const subject = make(random);
  const driver = new HostileDriver(random, subject.device);
  for (let step = 0; step < STEPS; step++) {
    driver.step();
    if (random.once(4)) await subject.host?.(random);
  }
  const { memory, pci } = driver;
  expect(memory.intact).toBe(true);
  subject.check?.();
  const device = subject.copy(JSON.parse(JSON.stringify(subject.device.save())));
  expect(device.save()).toEqual(subject.device.save());
  const saved = JSON.parse(JSON.stringify(pci.save()));
  expect(new VirtioPciFunction(device, { memory, interrupt: new Wire() }, saved).save()).toEqual(pci.save());
  return driver.served + (subject.finished?.() ?? 0);
}

describe.each([
  ["console", terminal],
  ["rng", rng],
  ["block", block],
  ["block with a slow disk", slowBlock],
  ["fs", fs],
] as const)("virtio %s under a hostile driver", (_name, make) => {
  it(`withstands ${MACHINES * STEPS} rounds of random rings and registers`, async () => {
    let served = 0;
    for (let seed = 1; seed <= MACHINES; seed++) served += await torment(make, seed);
    expect(served).toBeGreaterThan((MACHINES * STEPS) / 4);
  });
});
