import { describe, expect, test } from "vitest";
import {
  type Elf,
  EM_RISCV,
  ET_DYN,
  PF_R,
  PF_X,
  PT_LOAD,
  type Section,
  type Segment,
} from "../../formats/elf.ts";
import { codePages, fileData, functionStarts } from "./code-discovery.ts";

const PT_GNU_EH_FRAME = 0x6474e550;
const [SHT_SYMTAB, SHT_RELA, SHT_INIT_ARRAY] = [2, 4, 14];
/** Code is at 0x11080 to 0x13100, from 0x1080 of the file. */
const CODE = { address: 0x11080, offset: 0x1080, size: 0x2080 };

const file = Uint8Array.from({ length: 0x4000 }, (_, index) => (index >> 4) & 0xff);

function segment(type: number, flags: number, address: number, bytes: Uint8Array, offset = 0): Segment {
  const at = BigInt(address);
  const memorySize = BigInt(bytes.length);
  return {
    type,
    flags,
    offset,
    address: at,
    physicalAddress: at,
    memorySize,
    align: 4096n,
    bytes: new Uint8Array(bytes),
  };
}

function section(type: number, bytes: Uint8Array, link = 0): Section {
  return { name: "", type, flags: 0n, address: 0n, link, bytes: new Uint8Array(bytes) };
}

/** Little-endian words of 8 bytes. */
function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer);
}

function symbol(kind: number, index: number, address: number): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint8(4, kind);
  view.setUint16(6, index, true);
  view.setBigUint64(8, BigInt(address), true);
  return bytes;
}

function elf(sections: readonly Section[] = [], segments: readonly Segment[] = []): Elf {
  const code = segment(
    PT_LOAD,
    PF_R | PF_X,
    CODE.address,
    file.subarray(CODE.offset, CODE.offset + CODE.size),
    CODE.offset,
  );
  const programHeaders = { offset: 64, size: 56, count: 1 };
  const all = [segment(PT_LOAD, PF_R, 0x10000, file.subarray(0, 0x1000)), code, ...segments];
  return {
    type: ET_DYN,
    machine: EM_RISCV,
    flags: 0,
    entry: 0x11080n,
    programHeaders,
    segments: all,
    sections,
  };
}

test("data of an ELF file is read where all of it is in the file", () => {
  const data = fileData(elf());
  const first = CODE.offset;
  expect(data(CODE.address, 4)?.getUint8(0)).toBe(file[first]);
  expect(data(CODE.address + 0x345, 8)?.getUint8(7)).toBe(file[first + 0x345 + 7]);
  expect(data(CODE.address + CODE.size - 4, 4)?.byteLength).toBe(4);
  for (const address of [CODE.address + CODE.size - 3, CODE.address - 1, 0, -8])
    expect(data(address, 4)).toBeUndefined();
});

describe("code of an ELF file", () => {
  test("is in pages as the file has them, also around the segment", () => {
    const pages = codePages(elf(), file);
    expect([...pages.keys()]).toEqual([0x11, 0x12, 0x13]);
    expect(pages.get(0x11)).toEqual(file.subarray(0x1000, 0x2000));
    expect(pages.get(0x13)).toEqual(file.subarray(0x3000, 0x4000));
  });

  test("begins at the entry, and at functions that have symbols", () => {
    const symbols = [new Uint8Array(24), symbol(2, 1, 0x11100), symbol(1, 1, 0x11200), symbol(2, 0, 0x11300)];
    const bytes = new Uint8Array(symbols.flatMap((each) => [...each]));
    const found = functionStarts(elf([section(0, new Uint8Array(1)), section(SHT_SYMTAB, bytes, 0)]), "file");
    expect([...found]).toEqual([0x11080, 0x11100]);
  });

  test("begins where the unwind table says; a table of another form is passed over", () => {
    const bytes = new Uint8Array(12 + 2 * 8);
    const view = new DataView(bytes.buffer);
    bytes.set([1, 0x1b, 0x03, 0x3b]);
    // More than there are.
    view.setUint32(8, 1000, true);
    view.setInt32(12, -0x100, true);
    view.setInt32(20, 0x40, true);
    const frames = segment(PT_GNU_EH_FRAME, PF_R, 0x11200, bytes);
    expect([...functionStarts(elf([], [frames]), "file")]).toEqual([0x11080, 0x11100, 0x11240]);
    bytes[3] = 0xff;
    expect([...functionStarts(elf([], [segment(PT_GNU_EH_FRAME, PF_R, 0x11200, bytes)]), "file")]).toEqual([
      0x11080,
    ]);
  });

  test("begins where data points that the loader relocates, if that is code", () => {
    const relative = words(0x20000, 3, 0x11400, 0x20008, 3, 0x10010, 0x20010, 2, 0x11500);
    const array = words(0x11600, 0, -1);
    const found = functionStarts(elf([section(SHT_RELA, relative), section(SHT_INIT_ARRAY, array)]), "file");
    expect([...found]).toEqual([0x11080, 0x11400, 0x11600]);
  });
});
