import { beforeEach, describe, expect, it } from "vitest";
import { Wire } from "../testing/ports.ts";
import { F_INDIRECT, F_NEXT, F_WRITE } from "./chain.ts";
import { VirtioPciFunction } from "./pci-transport.ts";
import { STATUS, TestDriver } from "./testing/driver.ts";
import type { VirtioDevice, VirtioDriver } from "./virtio-device.ts";

/** Returns every buffer with what the driver wrote in its writable part. */
class Echo implements VirtioDevice {
  readonly type = 16;
  readonly features = 5n;
  readonly queueSizes = [8, 4];
  readonly config = Uint8Array.of(1, 2, 3, 4, 5);
  driver: VirtioDriver | undefined;
  resets = 0;

  connect(driver: VirtioDriver): void {
    this.driver = driver;
  }

  notify(queue: number): void {
    this.driver?.queue(queue)?.serve(({ readable, writable }) => {
      const bytes = readable.flatMap((segment) => [...segment]);
      for (const segment of writable) segment.set(bytes.splice(0, segment.length));
      return readable.reduce((sum, segment) => sum + segment.length, 0);
    });
  }

  reset(): void {
    this.resets++;
  }

  save(): null {
    return null;
  }
}

describe("VirtioPciFunction", () => {
  let echo: Echo;
  let driver: TestDriver;

  beforeEach(() => {
    echo = new Echo();
    driver = new TestDriver(echo);
  });

  it("has the identity and the capabilities of a modern device", () => {
    expect(driver.pci.readConfig(0, 4)).toBe(0x1050_1af4);
    const types: number[] = [];
    for (let at = driver.pci.readConfig(0x34, 1); at !== 0; at = driver.pci.readConfig(at + 1, 1)) {
      expect(driver.pci.readConfig(at, 1)).toBe(9);
      types.push(driver.pci.readConfig(at + 3, 1));
    }
    expect(types.sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it("negotiates features", () => {
    driver.start();
    expect(driver.read(STATUS, 1)).toBe(0xf);
    expect(echo.driver?.features).toBe(5n | (1n << 28n) | (1n << 32n));
  });

  it("refuses a driver that does not take VERSION_1, and features that it did not offer", () => {
    driver.start(1n << 32n);
    expect(driver.read(STATUS, 1)).toBe(3);
    expect(driver.pci.misuse).toBeGreaterThan(0);
    driver.write(STATUS, 1, 0);
    for (const [select, word] of [
      [0, 2],
      [1, 1],
    ] as const) {
      driver.write(8, 4, select);
      driver.write(12, 4, word);
    }
    driver.write(STATUS, 1, 0xb);
    expect(driver.read(STATUS, 1)).toBe(3);
  });

  it("serves buffers and interrupts", () => {
    driver.start();
    const returned = driver.request(0, [Uint8Array.of(1, 2), Uint8Array.of(3)], [1, 4]);
    expect([...(returned?.bytes ?? [])]).toEqual([1, 2, 3]);
    expect(driver.line.raised).toBe(true);
    expect([driver.read(0x1000, 1), driver.read(0x1000, 1)]).toEqual([1, 0]);
    expect(driver.line.raised).toBe(false);
  });

  it("goes around its rings", () => {
    driver.start();
    for (let i = 0; i < 100; i++) {
      expect([...(driver.request(1, [Uint8Array.of(i)], [1])?.bytes ?? [])]).toEqual([i]);
    }
  });

  it("does nothing before DRIVER_OK, nor for a queue that does not exist", () => {
    driver.kick(0);
    driver.start();
    driver.kick(2);
    expect(driver.pci.misuse).toBe(2);
    expect(driver.read(STATUS, 1)).toBe(0xf);
  });

  it("follows indirect descriptors", () => {
    driver.start();
    const table = new Uint8Array(32);
    const view = new DataView(table.buffer);
    const into = driver.place(new Uint8Array(4));
    view.setUint32(0, driver.place(Uint8Array.of(7, 8)), true);
    view.setUint32(8, 2, true);
    view.setUint16(12, F_NEXT, true);
    view.setUint16(14, 1, true);
    view.setUint32(16, into, true);
    view.setUint32(24, 4, true);
    view.setUint16(28, F_WRITE, true);
    driver.descriptor(0, 5, driver.place(table), 32, F_INDIRECT);
    driver.offer(0, 5);
    driver.kick(0);
    expect(driver.returned(0)).toMatchObject([{ id: 5, written: 2 }]);
    expect([...(driver.memory.readable(into, 2) ?? [])]).toEqual([7, 8]);
  });

  it("needs a reset after a malformed chain", () => {
    const breakers: [string, () => void][] = [
      ["a loop", () => [0, 1, 2, 3, 4, 5, 6, 7].map((i) => driver.descriptor(0, i, 0x8020_0000, 1, F_NEXT))],
      ["memory that is not there", () => driver.descriptor(0, 0, 0x8fff_ffff, 1, 0)],
      ["an address beyond all memory", () => driver.descriptor(0, 0, 2 ** 63, 0xffff_ffff, F_WRITE)],
      ["a head out of range", () => driver.offer(0, 8)],
      ["an indirect table of odd size", () => driver.descriptor(0, 0, 0x8020_0000, 17, F_INDIRECT)],
      ["an indirect table that goes on", () => driver.descriptor(0, 0, 0x8020_0000, 16, F_INDIRECT | F_NEXT)],
      [
        "a readable part after a writable one",
        () => [F_NEXT | F_WRITE, 0].map((f, i) => driver.descriptor(0, i, 0x8020_0000, 1, f)),
      ],
      [
        "too many buffers",
        () => {
          for (let i = 0; i < 9; i++) driver.offer(0, 0);
        },
      ],
    ];
    for (const [name, breakIt] of breakers) {
      driver = new TestDriver(new Echo());
      driver.start();
      breakIt();
      driver.offer(0, 0);
      driver.kick(0);
      expect(driver.read(STATUS, 1), name).toBe(0x4f);
      expect(driver.read(0x1000, 1) & 2, name).toBe(2);
      driver.kick(0);
      driver.memory.bytes.fill(0);
      driver.start();
      expect(driver.request(0, [Uint8Array.of(1)], [1])?.written, name).toBe(1);
    }
  });

  it("ends even if the used ring is the available ring", () => {
    driver.start();
    driver.write(STATUS, 1, 0);
    driver.write(8, 4, 1);
    driver.write(12, 4, 1);
    driver.write(STATUS, 1, 0xb);
    driver.write(0x20, 4, 0x8000_0000);
    driver.write(0x28, 4, 0x8000_4000);
    driver.write(0x30, 4, 0x8000_4000);
    driver.write(0x1c, 2, 1);
    driver.write(STATUS, 1, 0xf);
    driver.descriptor(0, 0, 0x8020_0000, 1, 0);
    driver.offer(0, 0);
    driver.kick(0);
    expect(driver.memory.bytes[0x4002]).toBe(1);
  });

  it("tells of configuration changes", () => {
    driver.start();
    expect([driver.read(0x2000, 4), driver.read(0x2004, 4)]).toEqual([0x0403_0201, 5]);
    const before = driver.read(0x15, 1);
    echo.driver?.configChanged();
    expect(driver.read(0x15, 1)).toBe(before + 1);
    expect(driver.read(0x1000, 1)).toBe(2);
  });

  it("resets", () => {
    driver.start();
    driver.request(0, [Uint8Array.of(1)], [1]);
    const resets = echo.resets;
    driver.write(STATUS, 1, 0);
    expect([driver.read(STATUS, 1), driver.line.raised, echo.resets]).toEqual([0, false, resets + 1]);
    driver.write(0x16, 2, 0);
    expect([driver.read(0x1c, 2), driver.read(0x20, 4)]).toEqual([0, 0]);
    expect(echo.driver?.queue(0)).toBeUndefined();
  });

  it("can be reached through configuration space alone", () => {
    driver.start();
    const at = driver.pci.readConfig(0x34, 1);
    driver.pci.writeConfig(at + 4, 1, 0);
    driver.pci.writeConfig(at + 8, 4, STATUS);
    driver.pci.writeConfig(at + 12, 4, 1);
    expect(driver.pci.readConfig(at + 16, 1)).toBe(0xf);
    driver.pci.writeConfig(at + 16, 1, 0);
    expect(driver.read(STATUS, 1)).toBe(0);
    driver.pci.writeConfig(at + 8, 4, 0xffff_fff0);
    expect(driver.pci.readConfig(at + 16, 4)).toBe(0);
  });

  it("restores what it saved", () => {
    driver.start();
    driver.request(0, [Uint8Array.of(1)], [1]);
    driver.add(0, [Uint8Array.of(9)], [1]);
    const saved = JSON.parse(JSON.stringify(driver.pci.save()));
    const line = new Wire();
    const device = new Echo();
    const copy = new VirtioPciFunction(device, { memory: driver.memory, interrupt: line }, saved);
    expect(copy.save()).toEqual(driver.pci.save());
    expect([line.raised, device.driver?.features]).toEqual([true, echo.driver?.features]);
    device.notify(0);
    expect(driver.returned(0)).toHaveLength(1);
  });
});
