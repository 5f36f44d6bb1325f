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

/** Physical addresses: from `start` to before `end`. */
export interface LoadedRange {
  readonly start: number;
  readonly end: number;
}

/** Physical addresses of what was loaded. */
export interface LoadedGuest {
  readonly entry: number;
  readonly deviceTree: number;
  readonly deviceTreeRange: LoadedRange;
  /** With the memory that it needs from its first step on. */
  readonly kernel: LoadedRange;
  readonly initrd?: LoadedRange;
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
  const { entry, start, end } = loadKernel(ram, kernel, kernelName);
  let top = ram.length;
  let place: LoadedGuest["initrd"];
  if (initrd) {
    const initrdStart = Math.floor((top - initrd.length) / PAGE) * PAGE;
    if (initrdStart < end + TREE_ROOM) {
      const room = Math.max(0, top - end - TREE_ROOM);
      throw new LoadError(`Cannot load initrd: it has ${initrd.length} bytes, memory has room for ${room}`);
    }
    ram.set(initrd, initrdStart);
    place = { start: Base.ram + initrdStart, end: Base.ram + initrdStart + initrd.length };
    top = initrdStart;
  }
  const tree = makeTree(place);
  const treeStart = top - TREE_ROOM;
  if (tree.length > TREE_ROOM || treeStart < end)
    throw new LoadError("Cannot load the device tree: no room in memory");
  ram.set(tree, treeStart);
  const deviceTree = Base.ram + treeStart;
  const deviceTreeRange = { start: deviceTree, end: deviceTree + tree.length };
  const loaded = {
    entry,
    deviceTree,
    deviceTreeRange,
    kernel: { start: Base.ram + start, end: Base.ram + end },
  };
  return place ? { ...loaded, initrd: place } : loaded;
}

/** Where the kernel begins to run; offsets in RAM of what it uses. */
type LoadedKernel = { readonly entry: number } & LoadedRange;

function loadKernel(ram: Uint8Array, kernel: Uint8Array, name: string): LoadedKernel {
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
  return { entry: Base.ram + textOffset, start: textOffset, end };
}

function loadElf(ram: Uint8Array, elf: Elf, name: string): LoadedKernel {
  let [start, end] = [ram.length, 0];
  for (const { type, physicalAddress, memorySize, bytes } of elf.segments) {
    if (type !== PT_LOAD || memorySize === 0n) continue;
    const offset = physicalAddress - BigInt(Base.ram);
    if (offset < 0n || offset + memorySize > BigInt(ram.length)) {
      const range = `${hex(physicalAddress)} to ${hex(physicalAddress + memorySize)}`;
      throw new LoadError(`Cannot load ELF "${name}": a segment at ${range} is outside memory`);
    }
    ram.set(bytes, Number(offset));
    ram.fill(0, Number(offset) + bytes.length, Number(offset + memorySize));
    start = Math.min(start, Number(offset));
    end = Math.max(end, Number(offset + memorySize));
  }
  if (end === 0) throw new LoadError(`Cannot load ELF "${name}": it has nothing to load`);
  return { entry: Number(elf.entry), start, end };
}
