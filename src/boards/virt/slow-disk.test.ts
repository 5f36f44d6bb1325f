/** A disk of a machine that answers later: who waits is woken, and a machine that was saved or taken back asks once more. */

import { beforeEach, expect, test } from "vitest";
import type { BlockBackend } from "../../machine/virtio/block/virtio-block.ts";
import { Machine } from "./machine.ts";
import { Base } from "./memory-map.ts";
import { elfOf, machineOptions } from "./testing/bare-machine.ts";

/** The disk's slot: those of console and rng come before. */
const CONFIG = Base.ecam + (3 << 15);
const BAR = Base.pciWindow;
/** Where the test's driver has its descriptors, rings, and the request: a header of 16 bytes, a sector, a status. */
const TABLE = Base.ram + 0x10_0000;
const AVAILABLE = TABLE + 0x1000;
const USED = TABLE + 0x2000;
const REQUEST = TABLE + 0x3000;
const DATA = REQUEST + 16;

let answers: ((bytes: Uint8Array) => void)[];
let woken: number;

beforeEach(() => {
  answers = [];
  woken = 0;
});

const options = () => {
  const disk: BlockBackend = {
    size: 4096,
    readOnly: false,
    read: () => new Promise((resolve) => answers.push(resolve)),
    write: () => undefined,
    flush: () => undefined,
  };
  return { ...machineOptions(() => {}), disks: [disk], wake: () => void woken++ };
};

/** A machine whose driver has asked for a sector. */
function asking(): Machine {
  const machine = new Machine(options());
  machine.bootBare({ kernel: elfOf("sleep: wfi\nj sleep"), kernelName: "sleep.elf" });
  const { bus } = machine.parts.devices;
  bus.write(CONFIG + 0x10, 4, BAR);
  bus.write(CONFIG + 4, 2, 6);
  const words = (address: number, values: readonly number[]) =>
    machine.writeMemory(address, new Uint8Array(Uint32Array.from(values).buffer));
  for (const status of [1, 3]) bus.write(BAR + 0x14, 1, status);
  bus.write(BAR + 8, 4, 1);
  bus.write(BAR + 12, 4, 1);
  bus.write(BAR + 0x14, 1, 11);
  bus.write(BAR + 0x18, 2, 4);
  for (const [at, place] of [
    [0x20, TABLE],
    [0x28, AVAILABLE],
    [0x30, USED],
  ] as const)
    bus.write(BAR + at, 4, place);
  bus.write(BAR + 0x1c, 2, 1);
  bus.write(BAR + 0x14, 1, 15);
  // Header, data that the device writes, status; each with its successor.
  words(TABLE, [REQUEST, 0, 16, 1 | (1 << 16), DATA, 0, 512, 3 | (2 << 16), DATA + 512, 0, 1, 2]);
  words(REQUEST, [0, 0, 0, 0]);
  words(AVAILABLE, [1 << 16, 0]);
  bus.write(BAR + 0x3000, 2, 0);
  return machine;
}

async function answer(value: number): Promise<void> {
  answers.shift()?.(new Uint8Array(512).fill(value));
  await new Promise(setImmediate);
}

/** How many requests were returned, and what the sector's first byte is. */
const seen = (machine: Machine) => [machine.readMemory(USED + 2, 1)[0], machine.readMemory(DATA, 1)[0]];

test("who waits is woken when the answer is there", async () => {
  const machine = asking();
  expect([answers.length, ...seen(machine), woken]).toEqual([1, 0, 0, 0]);
  await answer(7);
  expect([...seen(machine), woken]).toEqual([1, 7, 1]);
});

test("a machine that was saved meanwhile asks once more where it is restored", async () => {
  const saved = asking().save();
  answers.length = 0;
  const restored = Machine.restore(saved, options());
  expect(answers.length).toBe(1);
  await answer(9);
  expect(seen(restored)).toEqual([1, 9]);
});

test("a machine that was taken back gets no answer to what it had asked since", async () => {
  const machine = asking();
  const saved = machine.save();
  machine.rewind(saved);
  expect(answers.length).toBe(2);
  await answer(1);
  expect([...seen(machine), woken]).toEqual([0, 0, 0]);
  await answer(2);
  expect([...seen(machine), woken]).toEqual([1, 2, 1]);
});
