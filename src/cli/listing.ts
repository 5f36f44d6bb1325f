/** The text of a program: its executable parts, instruction by instruction, with symbols as headings. */

import { type Bytes, viewOf } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";
import { Base } from "../boards/virt/memory-map.ts";
import {
  type Elf,
  EM_RISCV,
  ET_REL,
  elfSymbols,
  PF_X,
  PT_LOAD,
  readElf,
  SHF_EXECINSTR,
  SHT_NOBITS,
} from "../formats/elf.ts";
import { readRiscvImage } from "../formats/riscv-image.ts";
import { riscvDisassembler } from "../isa/riscv/assembly.ts";

/** Instructions at their addresses. */
export interface CodePart {
  readonly name: string;
  readonly address: bigint;
  readonly bytes: Bytes;
  /** Names at addresses, in their order. */
  readonly symbols: readonly { readonly name: string; readonly address: bigint }[];
}

/** A range of addresses: the first, and the one after the last. */
export interface Range {
  readonly start?: bigint | undefined;
  readonly stop?: bigint | undefined;
}

/** A file that has no instructions of ours. */
export class ListingError extends InputError {
  override readonly name = "ListingError";
}

/** The executable parts of an ELF file, or of a kernel image where the board loads it. */
export function codeParts(file: Bytes, name: string): CodePart[] {
  const magic = file.length >= 4 ? viewOf(file).getUint32(0) : 0;
  if (magic === 0x7f454c46) return elfParts(readElf(file, name, EM_RISCV), name);
  const { textOffset } = readRiscvImage(file, name);
  return [{ name: "image", address: BigInt(Base.ram + textOffset), bytes: file, symbols: [] }];
}

function elfParts(elf: Elf, file: string): CodePart[] {
  const symbols = codeSymbols(elf, file);
  const sections = elf.sections.flatMap((section, index) => {
    if (!(section.flags & SHF_EXECINSTR) || section.type === SHT_NOBITS) return [];
    const { name, address, bytes } = section;
    return [{ name, address, bytes, symbols: symbols.filter((symbol) => symbol.section === index) }];
  });
  const parts = sections.length > 0 || elf.type === ET_REL ? sections : executableSegments(elf, symbols);
  if (parts.length === 0) throw new ListingError(`Cannot disassemble "${file}": it has no executable parts`);
  return parts;
}

function executableSegments(elf: Elf, symbols: CodePart["symbols"]): CodePart[] {
  return elf.segments
    .filter(({ type, flags }) => type === PT_LOAD && flags & PF_X)
    .map(({ address, bytes }, index) => ({ name: `segment ${index}`, address, bytes, symbols }));
}

/** Objects, functions and labels; not what only marks where instructions begin ($x) or where a line is (.L). */
function codeSymbols(elf: Elf, file: string) {
  const sectionSymbol = 3;
  const fileSymbol = 4;
  const seen = new Set<string>();
  return elfSymbols(elf, file)
    .filter(
      ({ name, kind }) => name && kind !== sectionSymbol && kind !== fileSymbol && !/^(\$|\.L)/.test(name),
    )
    .filter(({ name, address, section }) => {
      const key = `${section} ${address} ${name}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}

/** The lines of a listing. */
export function* listing(parts: readonly CodePart[], range: Range = {}): Generator<string> {
  for (const part of parts) yield* partListing(part, range);
}

function* partListing(
  { name, address, bytes, symbols }: CodePart,
  { start, stop }: Range,
): Generator<string> {
  const end = address + BigInt(bytes.length);
  const from = start !== undefined && start > address ? start : address;
  const to = stop !== undefined && stop < end ? stop : end;
  if (from >= to) return;
  yield `\n${printable(name)}:`;
  const view = viewOf(bytes);
  const disassemble = riscvDisassembler();
  const headings = symbols.filter((symbol) => symbol.address >= from && symbol.address < to).values();
  let heading = headings.next();
  for (let offset = Number(from - address); offset < Number(to - address); ) {
    const at = address + BigInt(offset);
    while (!heading.done && heading.value.address <= at) {
      yield `\n${at.toString(16).padStart(16, "0")} <${printable(heading.value.name)}>:`;
      heading = headings.next();
    }
    const { bits, length } = instructionAt(view, offset);
    yield instructionLine(at, bits, length, length === 1 ? undefined : disassemble(bits, length, at));
    offset += length;
  }
}

/** The bits at `offset`: two bytes where their lowest bits are not 11, else four, as far as there are any. */
function instructionAt(view: DataView, offset: number): { bits: number; length: 1 | 2 | 4 } {
  const left = view.byteLength - offset;
  if (left < 2) return { bits: view.getUint8(offset), length: 1 };
  const half = view.getUint16(offset, true);
  if ((half & 3) !== 3 || left < 4) return { bits: half, length: 2 };
  return { bits: view.getInt32(offset, true), length: 4 };
}

const directives = { 1: ".byte", 2: ".half", 4: ".word" } as const;

function instructionLine(address: bigint, bits: number, length: 1 | 2 | 4, text: string | undefined): string {
  const digits = (bits >>> 0).toString(16).padStart(2 * length, "0");
  const place = address.toString(16).padStart(8);
  return `${place}:  ${digits.padEnd(8)}  ${text ?? `${directives[length]} 0x${digits}`}`;
}

/** A file's text must not control the user's terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "?");
}
