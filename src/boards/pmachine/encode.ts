/** From instructions by name to words, by the p-machine's own descriptions. */

import { InternalError } from "../../base/errors.ts";
import { type Field, insertField } from "../../engine/picture.ts";
import type { StackInstruction } from "../../isa/pcode/insn.ts";
import { instructions } from "../../isa/pcode/instruction-set.ts";
import { ProgramError, type ProgramImage } from "./program-image.ts";

/** What a compiler gives: see language/pascal/code.ts. */
export interface CodeProgram extends Omit<ProgramImage, "code" | "source"> {
  readonly instructions: {
    readonly names: readonly string[];
    readonly operands: readonly number[];
    readonly seconds: readonly number[];
  };
  readonly labels: readonly number[];
}

interface Operand {
  readonly least: number;
  readonly most: number;
  readonly field: Field;
}

interface Encoding {
  readonly bits: number;
  /** In the order of the text. */
  readonly first: Operand | undefined;
  readonly second: Operand | undefined;
  readonly jumps: boolean;
}

const encodings = new Map(Object.entries(instructions).map(([name, one]) => [name, encodingOf(one)]));

function encodingOf({ picture, text }: StackInstruction): Encoding {
  const [, ...names] = text.split(/[ ,]+/);
  const [first, second] = names.map((name): Operand => {
    const field = picture.fields.find((candidate) => candidate.name === name);
    if (!field) throw new InternalError(`"${text}" has no field ${name}`);
    const limit = 2 ** field.width;
    return { field, least: -limit / 2, most: limit - 1 };
  });
  return { bits: picture.value, first, second, jumps: names.includes("to") };
}

/** Encodes a program; labels become distances. Throws ProgramError where jumps do not reach so far. */
export function encodeProgram(program: CodeProgram, source: string): ProgramImage {
  const { instructions: list, labels, ...rest } = program;
  const { names, operands, seconds } = list;
  const code = new Uint32Array(names.length);
  for (let index = 0; index < names.length; index++) {
    const [name, operand] = [names[index] ?? "", operands[index] ?? 0];
    const encoding = encodings.get(name);
    if (!encoding) throw new InternalError(`the p-machine has no instruction ${name}`);
    let { bits } = encoding;
    if (encoding.jumps) bits |= jumpBits(encoding.first as Operand, (labels[operand] ?? 0) - index);
    else if (encoding.first) bits |= operandBits(encoding.first, operand, name);
    if (encoding.second) bits |= operandBits(encoding.second, seconds[index] ?? 0, name);
    code[index] = bits;
  }
  return { ...rest, source, code };
}

/** @param distance in instructions */
function jumpBits({ field, least, most }: Operand, distance: number): number {
  const bytes = 4 * distance;
  if (bytes < least || bytes > -least - 1 || bytes > most) {
    throw new ProgramError(
      `the program is too large: a jump or a call leads over ${Math.abs(distance)} instructions, and at most ${-least / 4} are possible`,
    );
  }
  return insertField(field, bytes);
}

function operandBits({ field, least, most }: Operand, value: number, name: string): number {
  if (value < least || value > most) throw new InternalError(`${name} cannot have the operand ${value}`);
  return insertField(field, value);
}
