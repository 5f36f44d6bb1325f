/**
 * What every virtio transport does with its registers: feature negotiation, device status, the set-up of queues, causes of
 * interrupts. VIRTIO 1.2, sections 2.1, 2.2 and 3.1. How these registers are laid out is the transport's business.
 */

import type { DmaMemory, Saveable } from "../device.ts";
import type { VirtioDevice, VirtioDriver } from "./virtio-device.ts";
import { type SavedVirtqueue, Virtqueue } from "./virtqueue.ts";

export const STATUS_ACKNOWLEDGE = 0x01;
export const STATUS_DRIVER = 0x02;
export const STATUS_DRIVER_OK = 0x04;
export const STATUS_FEATURES_OK = 0x08;
export const STATUS_NEEDS_RESET = 0x40;
export const STATUS_FAILED = 0x80;

/** Reserved feature bits (section 6). */
export const F_INDIRECT_DESC = 1n << 28n;
export const F_VERSION_1 = 1n << 32n;

export const ISR_QUEUE = 1;
export const ISR_CONFIG = 2;

export interface VirtioRegistersPorts {
  readonly memory: DmaMemory;
  /** There is a cause of an interrupt, or there is none any more. */
  interrupt(raised: boolean): void;
}

export type SavedVirtioRegisters = {
  readonly status: number;
  readonly isr: number;
  readonly generation: number;
  readonly deviceFeatureSelect: number;
  readonly driverFeatureSelect: number;
  readonly driverFeatures: readonly number[];
  readonly queueSelect: number;
  readonly misuse: number;
  readonly queues: readonly SavedVirtqueue[];
};

/** The two words of a 64-bit set of features. */
function wordsOf(features: bigint): [number, number] {
  return [Number(BigInt.asUintN(32, features)), Number(BigInt.asUintN(32, features >> 32n))];
}

/** The registers of one device. */
export class VirtioRegisters implements VirtioDriver, Saveable {
  readonly #device: VirtioDevice;
  readonly #ports: VirtioRegistersPorts;
  readonly #offered: readonly number[];
  readonly #queues: readonly Virtqueue[];
  #driverFeatures: number[];
  #status: number;
  #isr: number;
  #generation: number;
  #misuse: number;
  deviceFeatureSelect: number;
  driverFeatureSelect: number;
  queueSelect: number;

  constructor(device: VirtioDevice, ports: VirtioRegistersPorts, saved?: SavedVirtioRegisters) {
    this.#device = device;
    this.#ports = ports;
    this.#offered = wordsOf(device.features | F_VERSION_1 | F_INDIRECT_DESC);
    this.#driverFeatures = [...(saved?.driverFeatures ?? [0, 0])];
    this.#status = saved?.status ?? 0;
    this.#isr = saved?.isr ?? 0;
    this.#generation = saved?.generation ?? 0;
    this.#misuse = saved?.misuse ?? 0;
    this.deviceFeatureSelect = saved?.deviceFeatureSelect ?? 0;
    this.driverFeatureSelect = saved?.driverFeatureSelect ?? 0;
    this.queueSelect = saved?.queueSelect ?? 0;
    this.#queues = device.queueSizes.map((size, index) => this.#makeQueue(size, saved?.queues[index]));
    this.#allowIndirect();
    device.connect(this);
    this.#ports.interrupt(this.#isr !== 0);
  }

  save(): SavedVirtioRegisters {
    return {
      status: this.#status,
      isr: this.#isr,
      generation: this.#generation,
      deviceFeatureSelect: this.deviceFeatureSelect,
      driverFeatureSelect: this.driverFeatureSelect,
      driverFeatures: [...this.#driverFeatures],
      queueSelect: this.queueSelect,
      misuse: this.#misuse,
      queues: this.#queues.map((queue) => queue.save()),
    };
  }

  /** How often the driver did what the specification forbids. */
  get misuse(): number {
    return this.#misuse;
  }

  get queueCount(): number {
    return this.#queues.length;
  }

  /** Changes whenever the device's configuration does. */
  get generation(): number {
    return this.#generation;
  }

  get status(): number {
    return this.#status;
  }

  get features(): bigint {
    const [low = 0, high = 0] = this.#driverFeatures;
    return this.#status & STATUS_FEATURES_OK ? BigInt(low) | (BigInt(high) << 32n) : 0n;
  }

  queue(index: number): Virtqueue | undefined {
    const queue = this.#queues[index];
    return this.#running && queue?.setup.enabled ? queue : undefined;
  }

  /** The queue that the driver is setting up; undefined if there is no such queue. */
  get selectedQueue(): Virtqueue | undefined {
    return this.#queues[this.queueSelect];
  }

  configChanged(): void {
    this.#generation = (this.#generation + 1) & 0xff;
    if (this.#status & STATUS_DRIVER_OK) this.#raise(ISR_CONFIG);
  }

  get offeredFeatures(): number {
    return this.#offered[this.deviceFeatureSelect] ?? 0;
  }

  get driverFeatures(): number {
    return this.#driverFeatures[this.driverFeatureSelect] ?? 0;
  }

  /** The driver accepts features, one word of them; until FEATURES_OK. */
  setDriverFeatures(word: number): void {
    const settled = (this.#status & STATUS_FEATURES_OK) !== 0;
    if (this.driverFeatureSelect < this.#driverFeatures.length && !settled) {
      this.#driverFeatures[this.driverFeatureSelect] = word;
    } else if (settled || word !== 0) this.#misuse++;
  }

  /** The driver reports its progress; it cannot take bits back except by a reset, which is writing 0. */
  setStatus(value: number): void {
    if (value === 0) {
      this.#reset();
      return;
    }
    let added = value & ~this.#status & ~STATUS_NEEDS_RESET;
    if (added & STATUS_FEATURES_OK && !this.#featuresAcceptable()) added &= ~STATUS_FEATURES_OK;
    if (added & STATUS_DRIVER_OK && !((this.#status | added) & STATUS_FEATURES_OK)) {
      added &= ~STATUS_DRIVER_OK;
      this.#misuse++;
    }
    this.#status |= added;
    this.#allowIndirect();
  }

  /** Changes the set-up of the selected queue; forbidden once it is enabled. */
  setUpQueue(change: Partial<Virtqueue["setup"]>): void {
    const queue = this.selectedQueue;
    if (!queue || queue.setup.enabled) this.#misuse++;
    else Object.assign(queue.setup, change);
  }

  /** A size that is not a power of two, or too big, is ignored. */
  setQueueSize(size: number): void {
    const valid = size > 0 && (size & (size - 1)) === 0 && size <= (this.selectedQueue?.maxSize ?? 0);
    if (valid) this.setUpQueue({ size });
    else this.#misuse++;
  }

  /** The driver has made buffers available. */
  notify(index: number): void {
    if (this.queue(index)) this.#device.notify(index);
    else this.#misuse++;
  }

  /** A machine that was saved goes on: the device is given once more what it had not finished. */
  resume(): void {
    for (const [index, queue] of this.#queues.entries()) {
      if (queue.isInterrupted && this.queue(index)) this.#device.notify(index);
    }
  }

  /** The causes of the interrupt; reading them acknowledges it. */
  takeIsr(): number {
    const isr = this.#isr;
    this.#isr = 0;
    this.#ports.interrupt(false);
    return isr;
  }

  /** A register was accessed in a way that the specification forbids. */
  countMisuse(): void {
    this.#misuse++;
  }

  get #running(): boolean {
    return (this.#status & (STATUS_DRIVER_OK | STATUS_NEEDS_RESET | STATUS_FAILED)) === STATUS_DRIVER_OK;
  }

  /** A subset of what is offered, with VIRTIO_F_VERSION_1: there is no legacy interface. */
  #featuresAcceptable(): boolean {
    const [low = 0, high = 0] = this.#driverFeatures;
    const [lowOffered = 0, highOffered = 0] = this.#offered;
    const [, version] = wordsOf(F_VERSION_1);
    return (low & ~lowOffered) === 0 && (high & ~highOffered) === 0 && (high & version) !== 0;
  }

  #allowIndirect(): void {
    const indirect = (this.features & F_INDIRECT_DESC) !== 0n;
    for (const queue of this.#queues) queue.indirect = indirect;
  }

  #makeQueue(size: number, saved: SavedVirtqueue | undefined): Virtqueue {
    const ports = {
      memory: this.#ports.memory,
      interrupt: () => this.#raise(ISR_QUEUE),
      broken: () => this.#needsReset(),
    };
    return new Virtqueue(size, ports, saved);
  }

  /** The device can do no more until it is reset (2.1.1). */
  #needsReset(): void {
    this.#misuse++;
    this.#status |= STATUS_NEEDS_RESET;
    this.configChanged();
  }

  #raise(cause: number): void {
    this.#isr |= cause;
    this.#ports.interrupt(true);
  }

  #reset(): void {
    this.#status = 0;
    this.#driverFeatures = this.#driverFeatures.map(() => 0);
    for (const queue of this.#queues) queue.reset();
    this.deviceFeatureSelect = 0;
    this.driverFeatureSelect = 0;
    this.queueSelect = 0;
    this.takeIsr();
    this.#device.reset();
  }
}
