/**
 * Puts a guest into RAM: the kernel (Linux's boot image or an ELF file), the initial file system, the device tree.
 * Linux, "RISC-V Kernel Boot Requirements and Constraints".
 */

import { hex } from "../../base/bits.ts";
import { InputError } from "../../base/errors.ts";
import { type Elf, EM_RISCV, PT_LOAD, readElf } from "../../formats/elf.ts";
import { readRiscvImage } from "../../formats/riscv-image.ts";
import { Base } from "./memory-map.ts";

/** What does not fit or cannot be loaded. */
export class LoadError extends InputError {
  override readonly name = "LoadError";
}

/** What a machine is started with. */
export interface GuestFiles {
  /** A Linux boot image or an ELF file. */
  readonly kernel: Uint8Array;
  /** What errors call it. */
  readonly kernelName: string;
  readonly initrd?: Uint8Array;
  readonly commandLine?: string;
}

/** Physical addresses of what was loaded. */
export interface LoadedGuest {
  readonly entry: number;
  readonly deviceTree: number;
  readonly initrd?: { readonly start: number; readonly end: number };
}

const PAGE = 4096;
const TREE_ROOM = 64 * 1024;
const ELF_MAGIC = 0x464c457f;

/** Loads into `ram`; `makeTree` gives the device tree once it is known where the initial file system is. */
export function loadGuest(
  ram: Uint8Array,
  { kernel, kernelName, initrd }: GuestFiles,
  makeTree: (initrd: LoadedGuest["initrd"]) => Uint8Array,
): LoadedGuest {
  const { entry, end } = loadKernel(ram, kernel, kernelName);
  let top = ram.length;
  let place: LoadedGuest["initrd"];
  if (initrd) {
    const start = Math.floor((top - initrd.length) / PAGE) * PAGE;
    if (start < end + TREE_ROOM) {
      const room = Math.max(0, top - end - TREE_ROOM);
      throw new LoadError(`Cannot load initrd: it has ${initrd.length} bytes, memory has room for ${room}`);
    }
    ram.set(initrd, start);
    place = { start: Base.ram + start, end: Base.ram + start + initrd.length };
    top = start;
  }
  const tree = makeTree(place);
  const treeStart = top - TREE_ROOM;
  if (tree.length > TREE_ROOM || treeStart < end)
    throw new LoadError("Cannot load the device tree: no room in memory");
  ram.set(tree, treeStart);
  const loaded = { entry, deviceTree: Base.ram + treeStart };
  return place ? { ...loaded, initrd: place } : loaded;
}

/** Loads the kernel; `end` is the offset in RAM after all that it uses. */
function loadKernel(ram: Uint8Array, kernel: Uint8Array, name: string): { entry: number; end: number } {
  const magic = kernel.length >= 4 ? new DataView(kernel.buffer, kernel.byteOffset).getUint32(0, true) : 0;
  if (magic === ELF_MAGIC) return loadElf(ram, readElf(kernel, name, EM_RISCV), name);
  const { textOffset, imageSize } = readRiscvImage(kernel, name);
  const end = textOffset + Math.max(imageSize, kernel.length);
  if (end > ram.length) {
    throw new LoadError(
      `Cannot load kernel "${name}": it needs ${end} bytes of memory, the machine has ${ram.length}`,
    );
  }
  ram.set(kernel, textOffset);
  return { entry: Base.ram + textOffset, end };
}

function loadElf(ram: Uint8Array, elf: Elf, name: string): { entry: number; end: number } {
  let end = 0;
  for (const { type, physicalAddress, memorySize, bytes } of elf.segments) {
    if (type !== PT_LOAD || memorySize === 0n) continue;
    const offset = physicalAddress - BigInt(Base.ram);
    if (offset < 0n || offset + memorySize > BigInt(ram.length)) {
      const range = `${hex(physicalAddress)} to ${hex(physicalAddress + memorySize)}`;
      throw new LoadError(`Cannot load ELF "${name}": a segment at ${range} is outside memory`);
    }
    ram.set(bytes, Number(offset));
    ram.fill(0, Number(offset) + bytes.length, Number(offset + memorySize));
    end = Math.max(end, Number(offset + memorySize));
  }
  if (end === 0) throw new LoadError(`Cannot load ELF "${name}": it has nothing to load`);
  return { entry: Number(elf.entry), end };
}
