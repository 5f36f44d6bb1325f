/** Encoding, decoding and text of every instruction: each leads back to where it came from. */

import { expect, test } from "vitest";
import { textsOf } from "../../engine/assembly-text.ts";
import { makeDecoder } from "../../engine/decoder.ts";
import { operandValue } from "../../engine/disassembler.ts";
import { matchesPicture } from "../../engine/picture.ts";
import { Random } from "../../machine/testing/random.ts";
import { riscvAssembler, riscvDisassembler } from "./assembly.ts";
import { riscv } from "./instruction-set.ts";

const texts = textsOf(riscv);
const decoders = {
  16: makeDecoder(texts.filter(({ picture }) => picture.width === 16)),
  32: makeDecoder(texts.filter(({ picture }) => picture.width === 32)),
};
const ADDRESS = 0x80000000n;

/** Random encodings of an instruction. */
function* encodings(text: (typeof texts)[number], count: number): Generator<number> {
  const random = new Random(text.picture.value);
  for (let made = 0; made < count; ) {
    const bits = (text.picture.value | (random.word() & ~text.picture.mask)) >>> 0;
    const narrow = text.picture.width === 16 ? bits & 0xffff : bits;
    if (!matchesPicture(text.picture, narrow)) continue;
    made++;
    yield narrow;
  }
}

test.each(texts.map((text) => [text.name, text] as const))("%s", (name, text) => {
  const width = text.picture.width === 16 ? 16 : 32;
  const operands = [...text.parts, ...text.suffixes, ...text.hidden].filter(
    (part) => typeof part !== "string",
  );
  for (const bits of encodings(text, 50)) {
    expect(decoders[width](bits)?.name).toBe(name);
    const values = Object.fromEntries(
      operands.map((operand) => [operand.field.name, operandValue(operand, bits)]),
    );
    expect(riscvAssembler().encode(name, values)).toBe(bits);
    // Fields that the text does not show are lost in it.
    if (text.hidden.length > 0) continue;
    const line = riscvDisassembler()(bits, width === 16 ? 2 : 4, ADDRESS) ?? "";
    const { bytes } = riscvAssembler().assemble(line, ADDRESS);
    const view = new DataView(bytes.buffer);
    expect(width === 16 ? view.getUint16(0, true) : view.getUint32(0, true), line).toBe(bits);
  }
});
