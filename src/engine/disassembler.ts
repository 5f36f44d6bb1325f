/** From bits to assembly text, by the texts of the descriptions. */

import { hex, signExtend } from "../base/bits.ts";
import { type InstructionText, type TextOperand, textsOf } from "./assembly-text.ts";
import { makeDecoder } from "./decoder.ts";
import type { InstructionSet } from "./instruction.ts";
import type { Ops } from "./ops.ts";
import { extractField } from "./picture.ts";

/** One instruction as text, for an address; undefined where the bits are no instruction. */
export type Disassembler = (bits: number, length: 2 | 4, address: bigint) => string | undefined;

export function makeDisassembler<H extends Ops>(set: InstructionSet<H>): Disassembler {
  const texts = textsOf(set);
  const decode16 = makeDecoder(texts.filter(({ picture }) => picture.width === 16));
  const decode32 = makeDecoder(texts.filter(({ picture }) => picture.width === 32));
  return (bits, length, address) => {
    const text = length === 2 ? decode16(bits) : decode32(bits);
    return text && show(text, bits, address);
  };
}

function show({ mnemonic, parts, suffixes }: InstructionText, bits: number, address: bigint): string {
  const suffix = suffixes.map(({ field, kind }) => (extractField(field, bits) ? kind.suffix : "")).join("");
  const operands = parts.map((part) => (typeof part === "string" ? part : showOperand(part, bits, address)));
  const text = operands.join("").replaceAll(",", ", ");
  const name = suffix ? `${mnemonic}.${suffix}` : mnemonic;
  return text ? `${name} ${text}` : name;
}

/** The value of an operand, as it is encoded. */
export function operandValue({ field, kind }: TextOperand, bits: number): number {
  const raw = extractField(field, bits) + (kind.add ?? 0);
  return kind.kind === "signed" ? signExtend(raw, field.width) : raw;
}

function showOperand(operand: TextOperand, bits: number, address: bigint): string {
  const { kind, file, isTarget } = operand;
  const value = operandValue(operand, bits);
  if (file) return file.names[value] ?? `?${value}`;
  if (isTarget) return hex(address + BigInt(value));
  if (kind.shift) return hex((value >>> kind.shift) & (2 ** (32 - kind.shift) - 1));
  return kind.nameOf?.(value) ?? String(value);
}
