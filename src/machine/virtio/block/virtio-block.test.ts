import { beforeEach, describe, expect, it } from "vitest";
import { fromUtf8, viewOf } from "../../../base/bytes.ts";
import { VirtioPciFunction } from "../pci-transport.ts";
import { STATUS, TestDriver } from "../testing/driver.ts";
import { type BlockBackend, type ImmediateBlockBackend, VirtioBlock } from "./virtio-block.ts";

function header(type: number, sector = 0): Uint8Array {
  const bytes = new Uint8Array(16);
  viewOf(bytes).setUint32(0, type, true);
  viewOf(bytes).setBigUint64(8, BigInt(sector), true);
  return bytes;
}

const now = (act: () => void): void => act();

class MemoryDisk implements ImmediateBlockBackend {
  readonly content = Uint8Array.from({ length: 8 * 512 }, (_, i) => i >> 9);
  readonly size = this.content.length;
  readOnly = false;
  broken = false;
  flushes = 0;

  read(offset: number, into: Uint8Array): undefined {
    if (this.broken) throw new Error("the medium is damaged");
    into.set(this.content.subarray(offset, offset + into.length));
  }

  write(offset: number, from: Uint8Array): undefined {
    this.content.set(from, offset);
  }

  flush(): undefined {
    this.flushes++;
  }
}

describe("VirtioBlock", () => {
  let disk: MemoryDisk;
  let block: VirtioBlock;
  let driver: TestDriver;
  const status = (returned: { bytes: Uint8Array } | undefined) => returned?.bytes.at(-1);

  const plug = () => {
    block = new VirtioBlock({ backend: disk, later: now, serial: "strata-0" });
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

  it("asks the disk for whole sectors only", () => {
    const sizes: number[] = [];
    const read = disk.read.bind(disk);
    disk.read = (offset, into) => {
      sizes.push(offset, into.length);
      return read(offset, into);
    };
    driver.request(0, [header(0, 1)], [512, 512, 1]);
    const returned = driver.request(0, [header(0, 1)], [700, 324, 1]);
    expect(sizes).toEqual([512, 512, 1024, 512, 512, 1024]);
    expect([returned?.bytes[511], returned?.bytes[512], returned?.bytes[1023]]).toEqual([1, 2, 2]);
    const halves = [new Uint8Array(100).fill(1), new Uint8Array(412).fill(1)];
    expect(status(driver.request(0, [header(1, 5), ...halves], [1]))).toBe(0);
    expect([disk.content[5 * 512], disk.content[5 * 512 + 511]]).toEqual([1, 1]);
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
    expect(new VirtioBlock({ backend: disk, later: now }, block.save()).save()).toEqual({ misuse: 1 });
  });
});

/** A disk that does what it was asked when it is told to. */
class SlowDisk implements BlockBackend {
  readonly size = 8 * 512;
  readonly readOnly = false;
  readonly waiting: ((error?: Error) => void)[] = [];
  readonly written: number[] = [];

  #promise<T>(value: T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push((error) => (error ? reject(error) : resolve(value)));
    });
  }

  read(offset: number, into: Uint8Array): Promise<Uint8Array> {
    return this.#promise(new Uint8Array(into.length).fill(offset / 512));
  }

  write(_offset: number, from: Uint8Array): Promise<void> {
    this.written.push(from[0] ?? -1);
    return this.#promise(undefined);
  }

  flush(): Promise<void> {
    return this.#promise(undefined);
  }

  /** Ends a request, and lets all that hangs on it happen. */
  async end(index: number, error?: Error): Promise<void> {
    this.waiting.splice(index, 1)[0]?.(error);
    await new Promise(setImmediate);
  }
}

describe("VirtioBlock with a disk that takes its time", () => {
  let disk: SlowDisk;
  let driver: TestDriver;
  const read = (sector: number) => driver.add(0, [header(0, sector)], [512, 1]);

  const plug = () => {
    driver = new TestDriver(new VirtioBlock({ backend: disk, later: now }));
    driver.start();
  };

  beforeEach(() => {
    disk = new SlowDisk();
    plug();
  });

  it("returns requests as they are done, in any order, each with an interrupt", async () => {
    const [first, second] = [read(1), read(2)];
    driver.kick(0);
    expect([driver.returned(0), driver.line.raised]).toEqual([[], false]);
    await disk.end(1);
    const [returned] = driver.returned(0);
    expect([returned?.id, returned?.written, returned?.bytes[0], returned?.bytes.at(-1)]).toEqual([
      second,
      513,
      2,
      0,
    ]);
    expect([driver.line.raised, driver.read(0x1000, 1), driver.line.raised]).toEqual([true, 1, false]);
    await disk.end(0);
    expect([driver.returned(0)[0]?.id, driver.line.raised]).toEqual([first, true]);
  });

  it("writes, flushes, and goes on with other requests meanwhile", async () => {
    const write = driver.add(0, [header(1, 3), new Uint8Array(512).fill(9)], [1]);
    const flush = driver.add(0, [header(4)], [1]);
    const name = driver.add(0, [header(8)], [20, 1]);
    driver.kick(0);
    expect(driver.returned(0).map(({ id }) => id)).toEqual([name]);
    expect(disk.written).toEqual([9]);
    await disk.end(0);
    await disk.end(0);
    expect(driver.returned(0).map(({ id, bytes }) => [id, bytes[0]])).toEqual([
      [write, 0],
      [flush, 0],
    ]);
  });

  it("reports what fails later, also in a part of a request", async () => {
    driver.add(0, [header(0, 0)], [512, 512, 1]);
    driver.kick(0);
    await disk.end(0);
    await disk.end(0, new Error("the line is cut"));
    expect(driver.returned(0)[0]?.bytes.at(-1)).toBe(1);
  });

  it("forgets what it was asked before a reset", async () => {
    read(1);
    driver.kick(0);
    driver.start();
    await disk.end(0);
    expect([driver.returned(0), driver.line.raised]).toEqual([[], false]);
  });

  it("is asked once more for what it had not done when it was saved", async () => {
    const [first, second] = [read(1), read(2)];
    driver.kick(0);
    await disk.end(0);
    const saved = JSON.parse(JSON.stringify(driver.pci.save()));
    const other = new SlowDisk();
    const ports = { memory: driver.memory, interrupt: driver.line };
    const copy = new VirtioPciFunction(new VirtioBlock({ backend: other, later: now }), ports, saved);
    expect(copy.save()).toEqual(saved);
    expect(other.waiting.length).toBe(0);
    copy.resume();
    expect(other.waiting.length).toBe(1);
    await other.end(0);
    expect(driver.returned(0).map(({ id, bytes }) => [id, bytes[0]])).toEqual([
      [first, 1],
      [second, 2],
    ]);
    expect(copy.save().registers.queues[0]?.taken).toEqual([]);
  });

  it("breaks the queue of a driver that offers more than the queue holds, with what is being done", () => {
    for (let round = 0; round < 2; round++) {
      for (let count = 0; count < 60; count++) read(0);
      driver.kick(0);
    }
    for (let count = 0; count < 60; count++) driver.offer(0, 0);
    driver.kick(0);
    expect(driver.read(STATUS, 1) & 0x40).toBe(0x40);
  });
});
