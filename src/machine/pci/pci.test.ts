import { beforeEach, describe, expect, it } from "vitest";
import type { MmioDevice } from "../device.ts";
import { Wire } from "../testing/ports.ts";
import { PciFunction } from "./pci-function.ts";
import { PciHost, wireOf } from "./pci-host.ts";

const SLOT = 3;
const at = (register: number, slot = SLOT) => (slot << 15) | register;

describe("PciHost", () => {
  let wires: Wire[];
  let host: PciHost;
  let card: PciFunction;
  let log: string[];

  const registers = (name: string): MmioDevice => ({
    read: (offset) => offset + 1,
    write: (offset, width, value) => log.push(`${name} ${offset} ${width} ${value}`),
  });

  const description = () => ({
    vendorId: 0x1af4,
    deviceId: 0x1043,
    subsystemId: 7,
    classCode: 0x07_80_01,
    interruptPin: 1 as const,
    bars: [
      { index: 0, size: 0x1000, bits: 32 as const, device: registers("bar0") },
      { index: 2, size: 0x4000, bits: 64 as const, prefetchable: true, device: registers("bar2") },
    ],
    capabilities: [
      { id: 9, body: Uint8Array.of(16, 1, 2) },
      { id: 9, body: Uint8Array.of(20, 5), writable: Uint8Array.of(0, 0xf0) },
    ],
  });

  beforeEach(() => {
    log = [];
    wires = [0, 1, 2, 3].map(() => new Wire());
    host = new PciHost({ interrupts: wires });
    card = new PciFunction(description(), { interrupt: host.pin(SLOT) });
    host.attach(SLOT, card);
  });

  it("shows what is there, and ones elsewhere", () => {
    expect(host.ecam.read(at(0), 4)).toBe(0x1043_1af4);
    expect(host.ecam.read(at(8), 4)).toBe(0x0780_0100);
    expect(host.ecam.read(at(2), 2)).toBe(0x1043);
    expect(host.ecam.read(at(0, 0), 4)).toBe(0x0008_1b36);
    expect(host.ecam.read(at(0, 4), 4)).toBe(0xffff_ffff);
    expect(host.ecam.read(at(0) | (1 << 12), 2)).toBe(0xffff);
    expect(host.ecam.read(at(0) | (1 << 20), 1)).toBe(0xff);
    expect(host.ecam.read(at(0x100), 4)).toBe(0);
  });

  it("tells the sizes of BARs", () => {
    for (let bar = 0; bar < 6; bar++) host.ecam.write(at(0x10 + 4 * bar), 4, 0xffff_ffff);
    const bars = [0, 1, 2, 3, 4].map((bar) => host.ecam.read(at(0x10 + 4 * bar), 4));
    expect(bars).toEqual([0xffff_f000, 0, 0xffff_c00c, 0xffff_ffff, 0]);
  });

  it("lists capabilities, and lets the guest write what it may", () => {
    const first = host.ecam.read(at(0x34), 1);
    const second = host.ecam.read(at(first + 1), 1);
    expect([first, second]).toEqual([card.capabilityOffset(0), card.capabilityOffset(1)]);
    expect(host.ecam.read(at(second), 4)).toBe(0x0514_0009);
    host.ecam.write(at(second), 4, 0xffff_ffff);
    expect(host.ecam.read(at(second), 4)).toBe(0xf514_0009);
    expect(host.ecam.read(at(6), 2)).toBe(0x10);
  });

  it("shows enabled BARs in its windows, where the guest put them", () => {
    const low = host.window(0x4000_0000);
    const high = host.window(0x4_0000_0000);
    host.ecam.write(at(0x10), 4, 0x4001_0000);
    host.ecam.write(at(0x18), 4, 0x0000_8000);
    host.ecam.write(at(0x1c), 4, 4);
    expect(low.read(0x1_0004, 4)).toBe(0xffff_ffff);
    host.ecam.write(at(4), 2, 2);
    expect(low.read(0x1_0004, 4)).toBe(5);
    expect(low.read(0x1_1000, 1)).toBe(0xff);
    expect(high.read(0x8010, 2)).toBe(0x11);
    low.write(0x1_0008, 2, 9);
    high.write(0xbffc, 4, 1);
    low.write(0, 4, 1);
    expect(log).toEqual(["bar0 8 2 9", "bar2 16380 4 1"]);
  });

  it("shares interrupt wires", () => {
    const other = host.pin(SLOT + 1, 4);
    expect([wireOf(SLOT, 1), wireOf(SLOT + 1, 4)]).toEqual([3, 3]);
    card.setInterrupt(true);
    other.set(true);
    expect(wires.map((wire) => wire.raised)).toEqual([false, false, false, true]);
    expect(host.ecam.read(at(6), 2)).toBe(0x18);
    host.ecam.write(at(4), 2, 0x400);
    expect(wires[3]?.raised).toBe(true);
    other.set(false);
    expect(wires[3]?.raised).toBe(false);
    host.ecam.write(at(4), 2, 0);
    expect(wires[3]?.raised).toBe(true);
  });

  it("restores what it saved", () => {
    host.ecam.write(at(0x10), 4, 0x4001_0000);
    host.ecam.write(at(4), 2, 2);
    card.setInterrupt(true);
    const line = new Wire();
    const saved = JSON.parse(JSON.stringify(card.save()));
    const copy = new PciFunction(description(), { interrupt: line }, saved);
    expect(copy.save()).toEqual(card.save());
    expect(copy.regions()[0]?.base).toBe(0x4001_0000);
    expect(line.raised).toBe(true);
    expect(new PciHost({ interrupts: wires }, host.save()).save()).toEqual(host.save());
  });
});
