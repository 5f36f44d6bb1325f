/** Writes the smallest executable: one segment that can be read, written and executed. ELF-64, System V ABI. */

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
/** Where the segment starts in the file: what the loader maps must be congruent to its address modulo a page. */
const SEGMENT_OFFSET = 4096;
const EM_RISCV = 243;

/** An ELF file whose bytes lie at `base` (a multiple of 4096), where it is also entered. */
export function elfImage(bytes: Uint8Array, base: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(SEGMENT_OFFSET + bytes.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, EM_RISCV, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(base), true);
  view.setBigUint64(32, BigInt(HEADER_BYTES), true);
  // EF_RISCV_RVC and the double-float ABI.
  view.setUint32(48, 5, true);
  view.setUint16(52, HEADER_BYTES, true);
  view.setUint16(54, PROGRAM_HEADER_BYTES, true);
  view.setUint16(56, 1, true);
  view.setUint32(HEADER_BYTES, 1, true);
  view.setUint32(HEADER_BYTES + 4, 7, true);
  view.setBigUint64(HEADER_BYTES + 8, BigInt(SEGMENT_OFFSET), true);
  for (const at of [16, 24]) view.setBigUint64(HEADER_BYTES + at, BigInt(base), true);
  for (const at of [32, 40]) view.setBigUint64(HEADER_BYTES + at, BigInt(bytes.length), true);
  view.setBigUint64(HEADER_BYTES + 48, 4096n, true);
  file.set(bytes, SEGMENT_OFFSET);
  return file;
}
