/**
 * Reads the header of a Linux kernel image for RISC-V (Documentation/arch/riscv/boot-image-header.rst).
 * Where the image is an EFI program as well, its section table (PE/COFF) tells whether the file is whole.
 */

import { hex } from "../base/bits.ts";
import { type Bytes, viewOf } from "../base/bytes.ts";
import { InputError } from "../base/errors.ts";

/** A kernel image that cannot be loaded. */
export class RiscvImageError extends InputError {
  override readonly name = "RiscvImageError";
}

/** What a loader must know of an image; sizes in bytes. */
export interface RiscvImage {
  /** Where the image goes, counted from the start of RAM. */
  readonly textOffset: number;
  /** The memory that the kernel needs from there: the file, and its zeroed data after it. */
  readonly imageSize: number;
  /** The version of the header: major in the upper half, minor in the lower one. */
  readonly version: number;
}

//  0x00 code0 code1   0x08 text_offset   0x10 image_size   0x18 flags
//  0x20 version res1  0x28 res2          0x30 "RISCV"      0x38 "RSC\x05"   0x3c offset of the PE header
const headerSize = 0x40;
const magic2 = 0x05435352;
/** Flags, bit 0: the kernel is big-endian. */
const bigEndian = 1;
/** No kernel is larger; it keeps sizes in the range of exact numbers. */
const largestImage = 1 << 30;

/** The header of the image in `bytes`; `file` names it in errors. */
export function readRiscvImage(bytes: Bytes, file: string): RiscvImage {
  const refuse = (why: string) => new RiscvImageError(`Cannot load kernel "${file}": ${why}`);
  if (bytes.length < headerSize) {
    throw refuse(`it has ${bytes.length} bytes, fewer than the ${headerSize} of a RISC-V image header`);
  }
  const view = viewOf(bytes);
  const found = view.getUint32(0x38, true);
  if (found !== magic2)
    throw refuse(`magic at offset 0x38 is ${hex(found)}, not ${hex(magic2)} ("RSC\\x05")`);
  if (view.getUint32(0x18, true) & bigEndian) throw refuse("it is big-endian");
  const size = (offset: number, field: string): number => {
    const value = view.getBigUint64(offset, true);
    if (value > largestImage) throw refuse(`${field} is ${hex(value)}, more than ${hex(largestImage)}`);
    return Number(value);
  };
  const whole = peFileSize(view);
  if (bytes.length < whole)
    throw refuse(`it ends at offset ${bytes.length}, but its sections reach ${whole}`);
  return {
    textOffset: size(0x08, "text_offset"),
    // A header that leaves it zero still describes as much as the file holds.
    imageSize: Math.max(size(0x10, "image_size"), bytes.length),
    version: view.getUint32(0x20, true),
  };
}

/** The bytes that the sections of the PE header need; 0 where there is no such header. */
function peFileSize(view: DataView): number {
  const pe = view.getUint32(0x3c, true);
  const coff = pe + 4;
  const coffSize = 20;
  if (pe === 0 || coff + coffSize > view.byteLength || view.getUint32(pe, true) !== 0x4550) return 0;
  const first = coff + coffSize + view.getUint16(coff + 16, true);
  const ends = Array.from({ length: view.getUint16(coff + 2, true) }, (_, index) => {
    const section = first + 40 * index;
    if (section + 40 > view.byteLength) return section + 40;
    return view.getUint32(section + 16, true) + view.getUint32(section + 20, true);
  });
  return Math.max(0, ...ends);
}
