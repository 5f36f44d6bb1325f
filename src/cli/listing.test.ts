import { expect, test } from "vitest";
import { utf8, viewOf } from "../base/bytes.ts";
import { type CodePart, codeParts, listing } from "./listing.ts";

const part: CodePart = {
  name: ".text",
  address: 0x1000n,
  bytes: Uint8Array.of(0x13, 0x05, 0x10, 0x00, 0x82, 0x80, 0xff, 0xff, 0xff, 0xff, 0x00),
  symbols: [
    { name: "main", address: 0x1000n },
    { name: "last\x1b[2J", address: 0x1004n },
  ],
};

test("lists instructions under their symbols, and what is none as data", () => {
  expect([...listing([part])]).toEqual([
    "\n.text:",
    "\n0000000000001000 <main>:",
    "    1000:  00100513  addi a0, zero, 1",
    "\n0000000000001004 <last?[2J>:",
    expect.stringMatching(/^ {4}1004: {2}8082 {6}\S/),
    "    1006:  ffffffff  .word 0xffffffff",
    "    100a:  00        .byte 0x00",
  ]);
});

test("keeps to a range", () => {
  expect([...listing([part], { start: 0x1004n, stop: 0x1006n })]).toHaveLength(3);
  expect([...listing([part], { start: 0x2000n })]).toEqual([]);
  expect([...listing([part], { stop: 0x1000n })]).toEqual([]);
});

test("reads a kernel image where the board loads it", () => {
  const image = new Uint8Array(0x40);
  image.set(utf8("RISCV"), 0x30);
  image.set(utf8("RSC\x05"), 0x38);
  viewOf(image).setBigUint64(8, 0x200000n, true);
  expect(codeParts(image, "Image")).toMatchObject([{ name: "image", address: 0x80200000n }]);
});

test("refuses other files", () => {
  expect(() => codeParts(new Uint8Array(3), "x")).toThrow('Cannot load kernel "x": it has 3 bytes');
  const elf = new Uint8Array(64);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  viewOf(elf).setUint16(18, 62, true);
  expect(() => codeParts(elf, "x")).toThrow('Cannot load ELF "x": e_machine is 62, not 243');
  viewOf(elf).setUint16(18, 243, true);
  expect(() => codeParts(elf, "x")).toThrow('Cannot disassemble "x": it has no executable parts');
});
