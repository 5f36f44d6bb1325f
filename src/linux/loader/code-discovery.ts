/** Where the code of an ELF file is and where its functions begin, as far as the file says (ELF, System V ABI; LSB, .eh_frame_hdr). */

import { viewOf } from "../../base/bytes.ts";
import { type Elf, elfSymbols, PF_X, PT_LOAD, type Segment } from "../../formats/elf.ts";
import { goFunctions } from "../../formats/go-functions.ts";
import { PAGE } from "../memory/frames.ts";

const STT_FUNC = 2;
const PT_GNU_EH_FRAME = 0x6474e550;
const SHT_RELA = 4;
const SHT_INIT_ARRAY = 14;
const SHT_FINI_ARRAY = 15;
const R_RISCV_RELATIVE = 3;
const RELOCATION_BYTES = 24;
/** DW_EH_PE_udata4, and DW_EH_PE_datarel | DW_EH_PE_sdata4: what linkers write. */
const COUNT_ENCODING = 0x03;
const TABLE_ENCODING = 0x3b;

/** The pages of executable segments by number, as the file has them. */
export function codePages({ segments }: Elf, file: Uint8Array): Map<number, Uint8Array> {
  const pages = new Map<number, Uint8Array>();
  for (const { type, flags, address, offset, bytes } of segments) {
    if (type !== PT_LOAD || (flags & PF_X) === 0) continue;
    const start = Number(address) - (Number(address) % PAGE);
    const place = offset - (offset % PAGE);
    for (let at = 0; place + at < offset + bytes.length; at += PAGE) {
      const page = new Uint8Array(PAGE);
      page.set(file.subarray(place + at, place + at + PAGE));
      pages.set((start + at) / PAGE, page);
    }
  }
  return pages;
}

/** What an ELF file has in memory before it runs: bytes at an address, or undefined where all of them are not in the file. */
export function fileData({ segments }: Elf): (address: number, length: number) => DataView | undefined {
  const parts = segments
    .filter(({ type }) => type === PT_LOAD)
    .map(({ address, bytes }) => ({
      start: Number(address),
      end: Number(address) + bytes.length,
      view: viewOf(bytes),
    }));
  return (address, length) => {
    const part = parts.find(({ start, end }) => start <= address && address + length <= end);
    return part && new DataView(part.view.buffer, part.view.byteOffset + address - part.start, length);
  };
}

/** Addresses where functions begin, by the entry, symbols, unwind tables, Go's table, and pointers that the loader relocates. */
export function functionStarts(elf: Elf, name: string): Set<number> {
  const starts = new Set<number>([Number(elf.entry)]);
  for (const { kind, address, section } of elfSymbols(elf, name)) {
    if (kind === STT_FUNC && section !== 0) starts.add(Number(address));
  }
  for (const segment of elf.segments) {
    if (segment.type === PT_GNU_EH_FRAME) for (const start of unwindStarts(segment)) starts.add(start);
  }
  for (const address of [...goFunctions(elf), ...relocatedPointers(elf)]) starts.add(address);
  return starts;
}

/** The functions that the binary search table of .eh_frame_hdr has. */
function unwindStarts({ bytes, address }: Segment): number[] {
  if (bytes.length < 12 || bytes[2] !== COUNT_ENCODING || bytes[3] !== TABLE_ENCODING) return [];
  const view = viewOf(bytes);
  const count = Math.min(view.getUint32(8, true), Math.floor((bytes.length - 12) / 8));
  return Array.from({ length: count }, (_, index) => Number(address) + view.getInt32(12 + 8 * index, true));
}

/** Addresses in code that data holds: function pointers of position-independent programs, and those of others in arrays. */
function relocatedPointers({ sections, segments }: Elf): number[] {
  const isCode = (address: number) =>
    segments.some(({ type, flags, address: start, memorySize }) => {
      return type === PT_LOAD && (flags & PF_X) !== 0 && address >= start && address < start + memorySize;
    });
  const found: number[] = [];
  for (const { type, bytes } of sections) {
    const view = viewOf(bytes);
    if (type === SHT_RELA) {
      for (let at = 0; at + RELOCATION_BYTES <= bytes.length; at += RELOCATION_BYTES) {
        if (view.getUint32(at + 8, true) === R_RISCV_RELATIVE)
          found.push(Number(view.getBigInt64(at + 16, true)));
      }
    } else if (type === SHT_INIT_ARRAY || type === SHT_FINI_ARRAY) {
      for (let at = 0; at + 8 <= bytes.length; at += 8) found.push(Number(view.getBigUint64(at, true)));
    }
  }
  return found.filter(isCode);
}
