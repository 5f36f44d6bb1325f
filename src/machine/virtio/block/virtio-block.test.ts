import { beforeEach, describe, expect, it } from "vitest";
import { fromUtf8, viewOf } from "../../../base/bytes.ts";
import { TestDriver } from "../testing/driver.ts";
import { type BlockBackend, VirtioBlock } from "./virtio-block.ts";

function header(type: number, sector = 0): Uint8Array {
  const bytes = new Uint8Array(16);
  viewOf(bytes).setUint32(0, type, true);
  viewOf(bytes).setBigUint64(8, BigInt(sector), true);
  return bytes;
}

class MemoryDisk implements BlockBackend {
  readonly content = Uint8Array.from({ length: 8 * 512 }, (_, i) => i >> 9);
  readonly size = this.content.length;
  readOnly = false;
  broken = false;
  flushes = 0;

  read(offset: number, into: Uint8Array): void {
    if (this.broken) throw new Error("the medium is damaged");
    into.set(this.content.subarray(offset, offset + into.length));
  }

  write(offset: number, from: Uint8Array): void {
    this.content.set(from, offset);
  }

  flush(): void {
    this.flushes++;
  }
}

describe("VirtioBlock", () => {
  let disk: MemoryDisk;
  let block: VirtioBlock;
  let driver: TestDriver;
  const status = (returned: { bytes: Uint8Array } | undefined) => returned?.bytes.at(-1);

  const plug = () => {
    block = new VirtioBlock({ backend: disk, serial: "strata-0" });
    driver = new TestDriver(block);
    driver.start();
  };

  beforeEach(() => {
    disk = new MemoryDisk();
    plug();
  });

  it("tells its size", () => {
    expect([driver.read(0x2000, 4), driver.read(0x2004, 4), driver.read(0x2014, 4)]).toEqual([8, 0, 512]);
  });

  it("reads, wherever the buffer is cut", () => {
    const returned = driver.request(
      0,
      [header(0, 3).subarray(0, 5), header(0, 3).subarray(5)],
      [100, 924, 1],
    );
    expect([returned?.written, returned?.bytes[0], returned?.bytes[511], returned?.bytes[512]]).toEqual([
      1025, 3, 3, 4,
    ]);
    expect(status(returned)).toBe(0);
    expect(status(driver.request(0, [header(0, 7)], [513]))).toBe(0);
  });

  it("writes and flushes", () => {
    expect(status(driver.request(0, [header(1, 2), new Uint8Array(512).fill(0xee)], [1]))).toBe(0);
    expect([disk.content[1023], disk.content[1024], disk.content[1535], disk.content[1536]]).toEqual([
      1, 0xee, 0xee, 3,
    ]);
    expect(status(driver.request(0, [header(4)], [1]))).toBe(0);
    expect(disk.flushes).toBe(1);
  });

  it("has a serial number", () => {
    expect(fromUtf8(driver.request(0, [header(8)], [20, 1])?.bytes.subarray(0, 9) ?? new Uint8Array(0))).toBe(
      "strata-0\0",
    );
  });

  it("refuses what is outside the disk, in part of a sector, or unknown", () => {
    const sectors = [8, 2 ** 40, 2 ** 52];
    for (const sector of sectors) expect(status(driver.request(0, [header(0, sector)], [512, 1]))).toBe(1);
    expect(status(driver.request(0, [header(0, 7)], [1024, 1]))).toBe(1);
    expect(status(driver.request(0, [header(1), new Uint8Array(100)], [1]))).toBe(1);
    expect(status(driver.request(0, [header(99)], [1]))).toBe(2);
    expect(driver.request(0, [header(0).subarray(1)], [1])?.written).toBe(0);
    expect(driver.request(0, [header(0)])?.written).toBe(0);
    expect(block.misuse).toBe(7);
  });

  it("reports errors of the backend", () => {
    disk.broken = true;
    expect(status(driver.request(0, [header(0)], [512, 1]))).toBe(1);
  });

  it("protects a read-only disk", () => {
    disk.readOnly = true;
    plug();
    expect(block.features & 32n).toBe(32n);
    expect(status(driver.request(0, [header(1), new Uint8Array(512)], [1]))).toBe(1);
  });

  it("restores what it saved", () => {
    driver.request(0, [header(0)]);
    expect(new VirtioBlock({ backend: disk }, block.save()).save()).toEqual({ misuse: 1 });
  });
});
