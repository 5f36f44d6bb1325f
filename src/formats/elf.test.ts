import { expect, test } from "vitest";
import { concatBytes, fromUtf8, utf8, viewOf } from "../base/bytes.ts";
import { ElfError, EM_RISCV, elfSymbols, PF_R, PF_X, PT_LOAD, readElf, SHT_SYMTAB } from "./elf.ts";

/** A file with one segment ("code" at 0x1000), a symbol table with `main`, and section names. */
function sample(): Uint8Array {
  const header = new Uint8Array(64);
  const h = viewOf(header);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  h.setUint16(16, 2, true);
  h.setUint16(18, EM_RISCV, true);
  h.setBigUint64(24, 0x1000n, true);
  h.setBigUint64(32, 64n, true);
  h.setBigUint64(40, 200n, true);
  [0, 0, 64, 56, 1, 64, 4, 2].forEach((value, index) => {
    if (index > 1) h.setUint16(48 + 2 * index, value, true);
  });
  const segment = new Uint8Array(56);
  const p = viewOf(segment);
  p.setUint32(0, PT_LOAD, true);
  p.setUint32(4, PF_R | PF_X, true);
  [120n, 0x1000n, 0x1000n, 4n, 16n, 4096n].forEach((value, i) => {
    p.setBigUint64(8 + 8 * i, value, true);
  });
  const names = utf8("\0.symtab\0.shstrtab\0main\0");
  const symbols = new Uint8Array(48);
  const s = viewOf(symbols);
  s.setUint32(24, 19, true);
  s.setUint8(28, 0x12);
  s.setUint16(30, 1, true);
  s.setBigUint64(32, 0x1004n, true);
  s.setBigUint64(40, 8n, true);
  const body = concatBytes([header, segment, utf8("code"), symbols, names]);
  const padded = concatBytes([body, new Uint8Array(200 - body.length)]);
  const section = (name: number, type: number, offset: bigint, size: bigint, link: number) => {
    const v = viewOf(new Uint8Array(64));
    v.setUint32(0, name, true);
    v.setUint32(4, type, true);
    v.setBigUint64(24, offset, true);
    v.setBigUint64(32, size, true);
    v.setUint32(40, link, true);
    return new Uint8Array(v.buffer);
  };
  return concatBytes([
    padded,
    section(0, 0, 0n, 0n, 0),
    section(1, SHT_SYMTAB, 124n, 48n, 2),
    section(9, 3, 172n, 24n, 0),
    section(0, 8, 1n << 60n, 1n << 50n, 0),
  ]);
}

test("reads segments, sections and symbols", () => {
  const elf = readElf(sample(), "a.out", EM_RISCV);
  expect(elf.entry).toBe(0x1000n);
  expect(elf.programHeaders).toEqual({ offset: 64, size: 56, count: 1 });
  expect(elf.segments).toHaveLength(1);
  expect(elf.segments[0]).toMatchObject({ type: PT_LOAD, address: 0x1000n, memorySize: 16n, align: 4096n });
  expect(fromUtf8(elf.segments[0]?.bytes ?? utf8("?"))).toBe("code");
  expect(elf.sections.map(({ name }) => name)).toEqual(["", ".symtab", ".shstrtab", ""]);
  expect(elfSymbols(elf, "a.out")).toEqual([
    { name: "main", address: 0x1004n, size: 8n, kind: 2, binding: 1, section: 1 },
  ]);
});

function edited(at: number, ...bytes: number[]): Uint8Array {
  const file = sample();
  file.set(bytes, at);
  return file;
}

test.each<[string, Uint8Array]>([
  ["e_machine is 62, not 243", edited(18, 62, 0)],
  ["magic at offset 0 is 0x004c4600, not 0x7f454c46", edited(0, 0, 0x4c, 0x46, 0)],
  ["EI_CLASS is 1, not 2", edited(4, 1)],
  ["EI_DATA is 2, not 1", edited(5, 2)],
  ["e_phentsize is 32, not 56", edited(54, 32)],
  ["e_shentsize is 40, not 64", edited(58, 40)],
  ["e_phnum is 65535 (PN_XNUM), which is not supported", edited(56, 0xff, 0xff)],
  ["the ELF header would end at offset 0x40, but the file at 0x1e", sample().subarray(0, 30)],
  ["the program headers would end at offset 0x78, but the file at 0x64", sample().subarray(0, 100)],
  ["segment 0 would end at offset 0x1000000000007c, but the file at 0x1c8", edited(64 + 8 + 6, 0x10)],
  ["segment 0: p_memsz 0x2 is less than p_filesz 0x4", edited(64 + 40, 2)],
  ["the section headers would end at offset 0x1c8, but the file at 0x190", sample().subarray(0, 400)],
])("refuses: %s", (why, bytes) => {
  expect(() => readElf(bytes, "init", EM_RISCV)).toThrow(ElfError);
  expect(() => readElf(bytes, "init", EM_RISCV)).toThrow(`Cannot load ELF "init": ${why}`);
});

test("no file of random bytes does anything but fail with an ElfError", () => {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed >> 8;
  };
  for (let round = 0; round < 3000; round++) {
    const file = sample();
    for (let edits = 0; edits < 3; edits++) file[7 + (random() % (file.length - 7))] = random() & 0xff;
    try {
      elfSymbols(readElf(file, "fuzz"), "fuzz");
    } catch (error) {
      expect(error).toBeInstanceOf(ElfError);
    }
  }
});
