/** Maps an ELF program, its interpreter and its stack into a new address space (linux/fs/binfmt_elf.c). */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { type Elf, ET_DYN, PF_R, PF_W, PF_X, PT_LOAD, type Segment } from "../../formats/elf.ts";
import type { Place } from "../fs/place.ts";
import { type AddressSpace, roundDown, roundUp } from "../memory/address-space.ts";
import type { FileCache } from "../memory/file-cache.ts";
import { PAGE } from "../memory/frames.ts";
import { type PageSource, Prot } from "../memory/mapping.ts";
import { PROGRAM_BASE, STACK_TOP, TRAMPOLINE } from "../memory/places.ts";
import { UserMemory } from "../memory/user-memory.ts";
import type { ElfProgram } from "./program-file.ts";

/** Where the parts of a program came to lie. */
export interface LoadedProgram {
  readonly memory: UserMemory;
  /** Where it begins to run: in the interpreter, if there is one. */
  readonly start: number;
  readonly entry: number;
  readonly interpreterBase: number;
  /** The program headers in memory, and how many. */
  readonly headers: number;
  readonly headerCount: number;
}

export interface LoadOptions {
  readonly files: FileCache;
  readonly trampoline: Uint8Array;
  readonly stackBytes: number;
}

/** Fills an empty space. */
export function loadProgram(
  space: AddressSpace,
  { place, elf, interpreter }: ElfProgram,
  { files, trampoline, stackBytes }: LoadOptions,
): Outcome<LoadedProgram> {
  const memory = new UserMemory(space);
  const bias = elf.type === ET_DYN ? PROGRAM_BASE : 0;
  const end = mapSegments(memory, elf, place, bias, files);
  if (failed(end)) return end;
  space.heapStart = roundUp(end);
  space.heapEnd = space.heapStart;
  const stack = mapFixed(space, STACK_TOP - stackBytes, stackBytes, Prot.READ | Prot.WRITE, "[stack]");
  if (failed(stack)) return stack;
  const page = mapTrampoline(memory, trampoline);
  if (failed(page)) return page;
  const entry = Number(elf.entry) + bias;
  const common = { memory, entry, headers: headersAt(elf, bias), headerCount: elf.programHeaders.count };
  if (!interpreter) return { ...common, start: entry, interpreterBase: 0 };
  const base = placeFor(space, interpreter.elf);
  if (failed(base)) return base;
  const mapped = mapSegments(memory, interpreter.elf, interpreter.place, base, files);
  if (failed(mapped)) return mapped;
  return { ...common, start: Number(interpreter.elf.entry) + base, interpreterBase: base };
}

/** Where in memory the program headers are, by the segment that holds them. */
function headersAt({ segments, programHeaders: { offset } }: Elf, bias: number): number {
  const holds = (segment: Segment): boolean =>
    segment.type === PT_LOAD && segment.offset <= offset && offset < segment.offset + segment.bytes.length;
  const segment = segments.find(holds);
  return segment ? Number(segment.address) + bias + (offset - segment.offset) : 0;
}

/** The interpreter goes where there is room. */
function placeFor(space: AddressSpace, { type, segments }: Elf): Outcome<number> {
  if (type !== ET_DYN) return 0;
  const ends = segments.filter((segment) => segment.type === PT_LOAD).map(endOf);
  const length = Math.max(...ends);
  const base = space.map({ length, protection: 0, shared: false });
  if (!failed(base)) space.unmap(base, length);
  return base;
}

function endOf({ address, memorySize }: Segment): number {
  return Number(address + memorySize);
}

/** Maps all segments; where the last one ends. */
function mapSegments(
  memory: UserMemory,
  { segments }: Elf,
  place: Place,
  bias: number,
  files: FileCache,
): Outcome<number> {
  const source = files.of(place);
  if (failed(source)) return source;
  let end = 0;
  for (const segment of segments) {
    if (segment.type !== PT_LOAD || segment.memorySize === 0n) continue;
    const mapped = mapSegment(memory, segment, bias, source);
    if (failed(mapped)) return mapped;
    end = Math.max(end, endOf(segment) + bias);
  }
  return end;
}

function mapSegment(
  memory: UserMemory,
  segment: Segment,
  bias: number,
  source: PageSource,
): Outcome<undefined> {
  const { space } = memory;
  const address = Number(segment.address) + bias;
  const fileEnd = address + segment.bytes.length;
  const memoryEnd = address + Number(segment.memorySize);
  const protection = protectionOf(segment.flags);
  const start = roundDown(address);
  const offset = segment.offset - (segment.offset % PAGE);
  if (segment.bytes.length > 0) {
    const file = { length: fileEnd - start, protection, shared: false, source, offset };
    const mapped = space.mapAt(start, file);
    if (failed(mapped)) return mapped;
  }
  const anonymous = segment.bytes.length > 0 ? roundUp(fileEnd) : start;
  if (memoryEnd > anonymous) {
    const mapped = mapFixed(space, anonymous, memoryEnd - anonymous, protection, "");
    if (failed(mapped)) return mapped;
  }
  // All the rest of the file's last page is zero, where it can be written: ld.so takes memory from there.
  const tail = memoryEnd > fileEnd ? anonymous - fileEnd : 0;
  if (tail > 0 && protection & Prot.WRITE) memory.write(fileEnd, new Uint8Array(tail));
  return undefined;
}

function protectionOf(flags: number): number {
  return (flags & PF_R ? Prot.READ : 0) | (flags & PF_W ? Prot.WRITE : 0) | (flags & PF_X ? Prot.EXEC : 0);
}

function mapFixed(
  space: AddressSpace,
  start: number,
  length: number,
  protection: number,
  name: string,
): Outcome<number> {
  return space.mapAt(start, { length, protection, shared: false, name });
}

/** The page of code that signal handlers return to. */
function mapTrampoline(memory: UserMemory, code: Uint8Array): Outcome<undefined> {
  const { space } = memory;
  const mapped = mapFixed(space, TRAMPOLINE, PAGE, Prot.READ | Prot.WRITE, "[vdso]");
  if (failed(mapped)) return mapped;
  if (!memory.write(TRAMPOLINE, code)) return { errno: "ENOMEM" };
  return space.protect(TRAMPOLINE, PAGE, Prot.READ | Prot.EXEC);
}

/** Whether the bytes of a list of strings, with zeros and pointers, are too many (execve(2), "Limits"). */
export function isTooLong(strings: readonly string[], stackBytes: number): boolean {
  const longest = 32 * PAGE;
  let sum = 0;
  for (const text of strings) {
    if (text.length >= longest) return true;
    sum += text.length + 9;
  }
  return sum > Math.max(32 * PAGE, Math.min(stackBytes / 4, 6 << 20));
}

/** A view on 64-bit words that are filled one after the other. */
export class WordWriter {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(words: number) {
    this.bytes = new Uint8Array(8 * words);
    this.#view = viewOf(this.bytes);
  }

  add(...values: readonly number[]): void {
    for (const value of values) {
      this.#view.setBigInt64(this.#at, BigInt(value), true);
      this.#at += 8;
    }
  }
}
