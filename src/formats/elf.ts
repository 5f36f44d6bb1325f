/**
 * Reads ELF files: 64-bit, little-endian ones, all that Strata's guests are so far
 * (System V ABI, chapters 4 and 5; elf(5)). Nothing in a file is trusted: every table and every string must lie
 * inside it, and an error names what does not.
 *
 * Left out: 32-bit and big-endian files, more than 65,534 segments (PN_XNUM), relocations, symbol versions.
 */

import { hex } from "../base/bits.ts";
import { type Bytes, fromUtf8, viewOf } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";

/** An ELF file that cannot be loaded. */
export class ElfError extends InputError {
  override readonly name = "ElfError";
}

/** e_machine: which processor the file is for. */
export const EM_RISCV = 243;
export const EM_X86_64 = 62;

/** e_type: what the file is. */
export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;

/** p_type: a segment to be loaded; the interpreter's name; thread-local data. */
export const PT_LOAD = 1;
export const PT_INTERP = 3;
export const PT_TLS = 7;

/** p_flags. */
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

/** sh_type: a section without bytes in the file; the symbol tables. */
export const SHT_SYMTAB = 2;
export const SHT_NOBITS = 8;
export const SHT_DYNSYM = 11;

/** sh_flags: the section holds instructions. */
export const SHF_EXECINSTR = 4n;

/** A file's header and tables. Guest addresses are bigints; offsets and lengths in the file are numbers. */
export interface Elf {
  readonly type: number;
  readonly machine: number;
  readonly flags: number;
  readonly entry: bigint;
  /** Where the program headers are in the file, which the auxiliary vector tells a process (AT_PHDR). */
  readonly programHeaders: { readonly offset: number; readonly size: number; readonly count: number };
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
}

/** A program header. `bytes` is the part that the file holds; the rest of `memorySize` is zero. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: bigint;
  readonly physicalAddress: bigint;
  readonly memorySize: bigint;
  readonly align: bigint;
  readonly bytes: Bytes;
}

/** A section header. */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: bigint;
  readonly address: bigint;
  readonly link: number;
  readonly bytes: Bytes;
}

/** An entry of a symbol table; `kind` is STT_*, `binding` STB_*, `section` an index or SHN_*. */
export interface ElfSymbol {
  readonly name: string;
  readonly address: bigint;
  readonly size: bigint;
  readonly kind: number;
  readonly binding: number;
  readonly section: number;
}

const headerSize = 64;
const segmentSize = 56;
const sectionSize = 64;
const symbolSize = 24;
const PN_XNUM = 0xffff;

/**
 * Reads an ELF file.
 *
 * @param file what error messages call it
 * @param machine the e_machine that it must have, if any
 */
export function readElf(bytes: Bytes, file: string, machine?: number): Elf {
  const input = new ElfInput(bytes, file);
  const view = input.part(0, headerSize, "the ELF header");
  checkIdentification(view, input);
  const header = readHeader(view);
  if (machine !== undefined && header.machine !== machine) {
    throw input.error(`e_machine is ${header.machine}, not ${machine}`);
  }
  if (header.phnum === PN_XNUM) throw input.error("e_phnum is 65535 (PN_XNUM), which is not supported");
  const { type, flags, entry, phoff, phnum } = header;
  return {
    type,
    machine: header.machine,
    flags,
    entry,
    programHeaders: { offset: Number(phoff), size: segmentSize, count: phnum },
    segments: readSegments(input, header),
    sections: readSections(input, header),
  };
}

/** The symbols of `elf`: of its SHT_SYMTAB, then of its SHT_DYNSYM; the null symbol is left out. */
export function elfSymbols(elf: Elf, file: string): ElfSymbol[] {
  const tables = [SHT_SYMTAB, SHT_DYNSYM].flatMap((type) => elf.sections.find((s) => s.type === type) ?? []);
  return tables.flatMap((table) => {
    const strings = elf.sections[table.link]?.bytes;
    if (!strings)
      throw new ElfError(`Cannot load ELF "${file}": sh_link of "${table.name}" is ${table.link}`);
    const view = viewOf(table.bytes);
    const count = Math.floor(table.bytes.length / symbolSize);
    return Array.from({ length: Math.max(0, count - 1) }, (_, index) =>
      readSymbol(view, (index + 1) * symbolSize, strings),
    );
  });
}

/** e_ident: magic, class, data encoding, version. */
function checkIdentification(view: DataView, input: ElfInput): void {
  const magic = view.getUint32(0);
  if (magic !== 0x7f454c46) throw input.error(`magic at offset 0 is ${hex(magic, 8)}, not 0x7f454c46`);
  const expect = (at: number, name: string, wanted: number) => {
    const found = view.getUint8(at);
    if (found !== wanted) throw input.error(`${name} is ${found}, not ${wanted}`);
  };
  expect(4, "EI_CLASS", 2);
  expect(5, "EI_DATA", 1);
  expect(6, "EI_VERSION", 1);
}

type Header = ReturnType<typeof readHeader>;

function readHeader(view: DataView) {
  return {
    type: view.getUint16(16, true),
    machine: view.getUint16(18, true),
    entry: view.getBigUint64(24, true),
    phoff: view.getBigUint64(32, true),
    shoff: view.getBigUint64(40, true),
    flags: view.getUint32(48, true),
    phentsize: view.getUint16(54, true),
    phnum: view.getUint16(56, true),
    shentsize: view.getUint16(58, true),
    shnum: view.getUint16(60, true),
    shstrndx: view.getUint16(62, true),
  };
}

function readSegments(input: ElfInput, { phoff, phentsize, phnum }: Header): Segment[] {
  if (phnum === 0) return [];
  if (phentsize !== segmentSize) throw input.error(`e_phentsize is ${phentsize}, not ${segmentSize}`);
  const table = input.part(phoff, phnum * segmentSize, "the program headers");
  return Array.from({ length: phnum }, (_, index) => readSegment(input, table, index));
}

function readSegment(input: ElfInput, table: DataView, index: number): Segment {
  const at = index * segmentSize;
  const offset = table.getBigUint64(at + 8, true);
  const fileSize = table.getBigUint64(at + 32, true);
  const memorySize = table.getBigUint64(at + 40, true);
  const type = table.getUint32(at, true);
  if (type === PT_LOAD && memorySize < fileSize) {
    throw input.error(`segment ${index}: p_memsz ${hex(memorySize)} is less than p_filesz ${hex(fileSize)}`);
  }
  return {
    type,
    flags: table.getUint32(at + 4, true),
    offset: Number(offset),
    address: table.getBigUint64(at + 16, true),
    physicalAddress: table.getBigUint64(at + 24, true),
    memorySize,
    align: table.getBigUint64(at + 48, true),
    bytes: input.bytes(offset, fileSize, `segment ${index}`),
  };
}

function readSections(input: ElfInput, { shoff, shentsize, shnum, shstrndx }: Header): Section[] {
  if (shnum === 0) return [];
  if (shentsize !== sectionSize) throw input.error(`e_shentsize is ${shentsize}, not ${sectionSize}`);
  const table = input.part(shoff, shnum * sectionSize, "the section headers");
  const raw = Array.from({ length: shnum }, (_, index) => readSection(input, table, index));
  const names = raw[shstrndx]?.bytes ?? new Uint8Array(0);
  return raw.map(({ nameAt, ...section }) => ({ name: stringAt(names, nameAt), ...section }));
}

function readSection(input: ElfInput, table: DataView, index: number) {
  const at = index * sectionSize;
  const type = table.getUint32(at + 4, true);
  const size = table.getBigUint64(at + 32, true);
  return {
    nameAt: table.getUint32(at, true),
    type,
    flags: table.getBigUint64(at + 8, true),
    address: table.getBigUint64(at + 16, true),
    link: table.getUint32(at + 40, true),
    bytes:
      type === SHT_NOBITS
        ? new Uint8Array(0)
        : input.bytes(table.getBigUint64(at + 24, true), size, `section ${index}`),
  };
}

function readSymbol(view: DataView, at: number, strings: Bytes): ElfSymbol {
  const info = view.getUint8(at + 4);
  return {
    name: stringAt(strings, view.getUint32(at, true)),
    kind: info & 0xf,
    binding: info >> 4,
    section: view.getUint16(at + 6, true),
    address: view.getBigUint64(at + 8, true),
    size: view.getBigUint64(at + 16, true),
  };
}

/** Longer names are cut: a small file could otherwise make as many huge strings as it has symbols. */
const longestName = 4096;

/** The string that begins at `offset` of a string table and ends at its zero byte, or with the table. */
function stringAt(strings: Bytes, offset: number): string {
  const longest = strings.subarray(offset, offset + longestName);
  const end = longest.indexOf(0);
  return fromUtf8(end < 0 ? longest : longest.subarray(0, end));
}

/** The file, whose every part is checked to be inside it. */
class ElfInput {
  readonly #bytes: Bytes;
  readonly #file: string;

  constructor(bytes: Bytes, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  error(why: string): ElfError {
    return new ElfError(`Cannot load ELF "${this.#file}": ${why}`);
  }

  bytes(offset: bigint | number, size: bigint | number, what: string): Bytes {
    const end = BigInt(offset) + BigInt(size);
    if (end > this.#bytes.length && BigInt(size) > 0n) {
      throw this.error(`${what} would end at offset ${hex(end)}, but the file at ${hex(this.#bytes.length)}`);
    }
    return this.#bytes.subarray(Number(offset), Number(end));
  }

  part(offset: bigint | number, size: number, what: string): DataView {
    return viewOf(this.bytes(offset, size, what));
  }
}
