/** Stages actual guest code: an instruction's meaning with the values of its operands. */

import { signExtend } from "../../base/bits.ts";
import { InternalError } from "../../base/errors.ts";
import { makeDecoder } from "../decoder.ts";
import type { Instruction, InstructionSet } from "../instruction.ts";
import type { Body, Operand } from "../ir.ts";
import type { Ops } from "../ops.ts";
import { extractField, type Picture } from "../picture.ts";

/** One instruction of guest code. */
export interface GuestInstruction {
  readonly name: string;
  /** Of its first byte, in the page. */
  readonly offset: number;
  readonly length: 2 | 4;
  readonly body: Body;
}

/** Stages the instruction that these bits are; undefined where they are none. */
export type Stager = (bits: number, length: 2 | 4, offset: number) => GuestInstruction | undefined;

interface Named<H extends Ops> {
  readonly name: string;
  readonly picture: Picture;
  readonly instruction: Instruction<H>;
}

export function makeStager<H extends Ops>(set: InstructionSet<H>): Stager {
  const entries = Object.entries(set.instructions).map(
    ([name, instruction]): Named<H> => ({ name, picture: instruction.picture, instruction }),
  );
  const decode16 = makeDecoder(entries.filter(({ picture }) => picture.width === 16));
  const decode32 = makeDecoder(entries.filter(({ picture }) => picture.width === 32));
  return (bits, length, offset) => {
    const found = length === 2 ? decode16(bits) : decode32(bits);
    if (!found) return undefined;
    const { instruction } = found;
    const name = instruction.kind === "short" ? instruction.base : found.name;
    const base = set.instructions[name];
    if (base?.kind !== "described") throw new InternalError(`no instruction ${name} has a meaning`);
    const operandValue = (field: string): number => fieldValue(set, instruction.picture, field, bits);
    const operands = base.picture.fields.map((field): [string, Operand] => {
      const kind = set.fieldKinds[field.name]?.kind ?? "unsigned";
      const source = instruction.kind === "short" ? (instruction.operands[field.name] ?? 0) : field.name;
      const value = typeof source === "number" ? source : operandValue(source);
      return [field.name, { name: field.name, kind, value }];
    });
    const h = set.ops();
    const body = h.stage(() => base.meaning(h, Object.fromEntries(operands)));
    return { name, offset, length, body };
  };
}

function fieldValue<H extends Ops>(
  set: InstructionSet<H>,
  picture: Picture,
  name: string,
  bits: number,
): number {
  const field = picture.fields.find((candidate) => candidate.name === name);
  if (!field) throw new InternalError(`"${picture.text}" has no field ${name}`);
  const { kind, add = 0 } = set.fieldKinds[name] ?? {};
  const value = extractField(field, bits) + add;
  return kind === "signed" ? signExtend(value, field.width) : value;
}
