/** From instructions by name to words, by the p-machine's own descriptions. */

import { InternalError } from "../../base/errors.ts";
import { type Field, insertField } from "../../engine/picture.ts";
import type { StackInstruction } from "../../isa/pcode/insn.ts";
import { instructions } from "../../isa/pcode/instruction-set.ts";
import type { ProgramImage } from "./program-image.ts";

/** What a compiler gives: see language/pascal/code.ts. */
export interface CodeProgram extends Omit<ProgramImage, "code" | "source"> {
  readonly instructions: readonly NamedInstruction[];
  readonly labels: readonly number[];
}

export interface NamedInstruction {
  readonly name: string;
  readonly operand: number;
  readonly second?: number;
}

interface Encoding {
  readonly bits: number;
  /** The fields of the operands, in the order of the text. */
  readonly fields: readonly Field[];
  readonly jumps: boolean;
}

const encodings = new Map(Object.entries(instructions).map(([name, one]) => [name, encodingOf(one)]));

function encodingOf({ picture, text }: StackInstruction): Encoding {
  const [, ...operands] = text.split(/[ ,]+/);
  const fields = operands.map((operand) => {
    const field = picture.fields.find(({ name }) => name === operand);
    if (!field) throw new InternalError(`"${text}" has no field ${operand}`);
    return field;
  });
  return { bits: picture.value, fields, jumps: operands.includes("to") };
}

/** Encodes a program; labels become distances. */
export function encodeProgram(program: CodeProgram, source: string): ProgramImage {
  const { instructions: list, labels, ...rest } = program;
  const code = new Uint32Array(list.length);
  for (let index = 0; index < list.length; index++) {
    const { name, operand, second = 0 } = list[index] as NamedInstruction;
    const encoding = encodings.get(name);
    if (!encoding) throw new InternalError(`the p-machine has no instruction ${name}`);
    const [first, other] = encoding.fields;
    const value = encoding.jumps ? 4 * ((labels[operand] ?? 0) - index) : operand;
    let bits = encoding.bits;
    if (first) bits |= checkedField(first, value, name);
    if (other) bits |= checkedField(other, second, name);
    code[index] = bits;
  }
  return { ...rest, source, code };
}

function checkedField(field: Field, value: number, name: string): number {
  const limit = 2 ** field.width;
  if (value < -limit / 2 || value >= limit)
    throw new InternalError(`${name} cannot have the operand ${value}`);
  return insertField(field, value);
}
