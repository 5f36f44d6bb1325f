/**
 * The common configuration structure of virtio over PCI: VIRTIO 1.2, section 4.1.4.3. Fields are accessed at their own
 * width (4.1.3.1); 64-bit ones as two words.
 */

import type { Width } from "../device.ts";
import type { VirtioRegisters } from "./virtio-registers.ts";
import type { QueueSetup } from "./virtqueue.ts";

const NO_VECTOR = 0xffff;

/** A register: what reading gives and, unless the driver may only read it, what writing does. */
interface Field {
  readonly width: Width;
  read(registers: VirtioRegisters): number;
  write?(registers: VirtioRegisters, value: number): void;
}

type Area = "descriptors" | "available" | "used";

const TWO_32 = 2 ** 32;

/** The low and high word of the address of a part of the selected queue. */
function addressFields(area: Area): [Field, Field] {
  const current = (registers: VirtioRegisters) => registers.selectedQueue?.setup[area] ?? 0;
  const set = (registers: VirtioRegisters, high: number, low: number) => {
    const change: Partial<QueueSetup> = { [area]: high * TWO_32 + low };
    registers.setUpQueue(change);
  };
  const low: Field = {
    width: 4,
    read: (r) => current(r) % TWO_32,
    write: (r, value) => set(r, Math.floor(current(r) / TWO_32), value),
  };
  const high: Field = {
    width: 4,
    read: (r) => Math.floor(current(r) / TWO_32),
    write: (r, value) => set(r, value, current(r) % TWO_32),
  };
  return [low, high];
}

const [descLow, descHigh] = addressFields("descriptors");
const [driverLow, driverHigh] = addressFields("available");
const [deviceLow, deviceHigh] = addressFields("used");

/** The fields in the order of the specification, by offset. */
const FIELDS = new Map<number, Field>([
  [0x00, { width: 4, read: (r) => r.deviceFeatureSelect, write: (r, v) => (r.deviceFeatureSelect = v) }],
  [0x04, { width: 4, read: (r) => r.offeredFeatures }],
  [0x08, { width: 4, read: (r) => r.driverFeatureSelect, write: (r, v) => (r.driverFeatureSelect = v) }],
  [0x0c, { width: 4, read: (r) => r.driverFeatures, write: (r, v) => r.setDriverFeatures(v) }],
  [0x10, { width: 2, read: () => NO_VECTOR, write: () => {} }],
  [0x12, { width: 2, read: (r) => r.queueCount }],
  [0x14, { width: 1, read: (r) => r.status, write: (r, v) => r.setStatus(v) }],
  [0x15, { width: 1, read: (r) => r.generation }],
  [0x16, { width: 2, read: (r) => r.queueSelect, write: (r, v) => (r.queueSelect = v) }],
  [0x18, { width: 2, read: (r) => r.selectedQueue?.setup.size ?? 0, write: (r, v) => r.setQueueSize(v) }],
  [0x1a, { width: 2, read: () => NO_VECTOR, write: () => {} }],
  [0x1c, { width: 2, read: (r) => Number(r.selectedQueue?.setup.enabled ?? false), write: enableQueue }],
  [0x1e, { width: 2, read: (r) => (r.selectedQueue ? r.queueSelect : 0) }],
  [0x20, descLow],
  [0x24, descHigh],
  [0x28, driverLow],
  [0x2c, driverHigh],
  [0x30, deviceLow],
  [0x34, deviceHigh],
]);

/** A driver can enable a queue, but not disable it: that takes a reset. */
function enableQueue(registers: VirtioRegisters, value: number): void {
  if (value === 1) registers.setUpQueue({ enabled: true });
  else registers.countMisuse();
}

/** Reads at `offset`: a whole field, or a part of one. */
export function readCommon(registers: VirtioRegisters, offset: number, width: Width): number {
  const field = FIELDS.get(offset);
  if (field) return field.read(registers) % 2 ** (8 * width);
  const start = offset & ~3;
  const shift = 8 * (offset - start);
  return shift === 0
    ? 0
    : Math.floor((FIELDS.get(start)?.read(registers) ?? 0) / 2 ** shift) % 2 ** (8 * width);
}

/** Writes a field; anything but a whole field that can be written is misuse. */
export function writeCommon(registers: VirtioRegisters, offset: number, width: Width, value: number): void {
  const field = FIELDS.get(offset);
  if (field?.write && field.width === width) field.write(registers, value);
  else registers.countMisuse();
}
