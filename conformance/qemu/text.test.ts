/** Our disassembly of random encodings of every instruction against that of GNU objdump. */

import { beforeAll, describe, expect, test } from "vitest";
import { textsOf } from "../../src/engine/assembly-text.ts";
import { extractField, type Field, insertField, matchesPicture } from "../../src/engine/picture.ts";
import { riscvDisassembler } from "../../src/isa/riscv/assembly.ts";
import { csrName } from "../../src/isa/riscv/csr-names.ts";
import { riscv } from "../../src/isa/riscv/instruction-set.ts";
import type { Random } from "../../src/machine/testing/random.ts";
import { randomFor } from "../programs/values.ts";
import { disassembleWithObjdump, OBJDUMP } from "../support/objdump.ts";
import { requireProgram } from "../support/qemu.ts";
import { canonicalText } from "../support/spelling.ts";

const ENCODINGS = 40;
const BASE = 0x10000000;
const texts = textsOf(riscv);

const csrs = Array.from({ length: 4096 }, (_, number) => number).filter((number) => csrName(number));

/** Values that have names: known CSRs, rounding modes that are not reserved; objdump knows but one for exact conversions. */
function operandBits(name: string, field: Field, word: number, random: Random): number {
  if (field.name === "csr") return csrs[random.below(csrs.length)] ?? 0;
  if (field.name !== "rm") return extractField(field, word);
  return /^fcvt_d_(wu?|s)$/.test(name) ? 0 : random.pick([0, 1, 2, 3, 4, 7]);
}

function withField(word: number, field: Field, value: number): number {
  return ((word & ~insertField(field, -1)) | insertField(field, value)) >>> 0;
}

/** Random encodings that have one meaning in assembly text: fields that it does not show are zero. */
function encodings({ name, picture, hidden }: (typeof texts)[number]): number[] {
  const random = randomFor(`text of ${name}`);
  const bits: number[] = [];
  while (bits.length < ENCODINGS) {
    let word = (picture.value | (random.word() & ~picture.mask)) >>> 0;
    if (picture.width === 16) word &= 0xffff;
    for (const { field } of hidden) {
      word = withField(word, field, 0);
    }
    for (const field of picture.fields) word = withField(word, field, operandBits(name, field, word, random));
    if (matchesPicture(picture, word)) bits.push(word);
  }
  return bits;
}

describe("disassembly", () => {
  const words = texts.map((text) => encodings(text));
  let lines: readonly string[] = [];
  beforeAll(() => {
    requireProgram(OBJDUMP, "binutils-riscv64-linux-gnu");
    const all = texts.flatMap(({ picture }, index) =>
      (words[index] ?? []).map((bits) => ({ bits, length: picture.width / 8 })),
    );
    lines = disassembleWithObjdump(all, BASE);
  });

  test.each(texts.map(({ name }, index) => [name, index] as const))("%s", (_, index) => {
    const length = texts[index]?.picture.width === 16 ? 2 : 4;
    let address =
      BASE + texts.slice(0, index).reduce((sum, { picture }) => sum + (ENCODINGS * picture.width) / 8, 0);
    const differences: string[] = [];
    for (const [place, bits] of (words[index] ?? []).entries()) {
      const ours = riscvDisassembler()(bits, length, BigInt(address)) ?? "no instruction";
      const theirs = lines[index * ENCODINGS + place] ?? "nothing";
      if (canonicalText(ours) !== canonicalText(theirs)) {
        differences.push(
          `${bits.toString(16)}: ${ours} [${canonicalText(ours)}], objdump: ${theirs} [${canonicalText(theirs)}]`,
        );
      }
      address += length;
    }
    expect(differences.join("\n")).toBe("");
  });
});
