import { expect, test } from "vitest";
import { viewOf } from "../base/bytes.ts";
import { RiscvImageError, readRiscvImage } from "./riscv-image.ts";

function image(size: number, edit: (view: DataView) => void = () => {}): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  view.setBigUint64(0x08, 0x200000n, true);
  view.setBigUint64(0x10, 0x1e6b000n, true);
  view.setUint32(0x20, 2, true);
  view.setUint32(0x38, 0x05435352, true);
  edit(view);
  return bytes;
}

test("reads the header", () => {
  expect(readRiscvImage(image(0x1000), "vmlinux")).toEqual({
    textOffset: 0x200000,
    imageSize: 0x1e6b000,
    version: 2,
  });
  const old = image(0x1000, (view) => view.setBigUint64(0x10, 0n, true));
  expect(readRiscvImage(old, "vmlinux").imageSize).toBe(0x1000);
});

test.each<[string, Uint8Array]>([
  ["it has 10 bytes, fewer than the 64 of a RISC-V image header", new Uint8Array(10)],
  ['magic at offset 0x38 is 0x0, not 0x5435352 ("RSC\\x05")', new Uint8Array(64)],
  ["it is big-endian", image(64, (view) => view.setUint32(0x18, 1, true))],
  ["text_offset is 0xffffffffffffffff, more than 0x40000000", image(64, (v) => v.setBigInt64(8, -1n, true))],
  ["it ends at offset 512, but its sections reach 1536", image(512, pe)],
])("refuses: %s", (why, bytes) => {
  expect(() => readRiscvImage(bytes, "k")).toThrow(new RiscvImageError(`Cannot load kernel "k": ${why}`));
});

/** A PE header at 0x40 with one section: 1024 bytes at offset 512. */
function pe(view: DataView): void {
  view.setUint32(0x3c, 0x40, true);
  view.setUint32(0x40, 0x4550, true);
  view.setUint16(0x46, 1, true);
  view.setUint32(0x58 + 16, 1024, true);
  view.setUint32(0x58 + 20, 512, true);
}
