/** Instructions by their bits, for those who look through code. */

import { signExtend } from "../../base/bits.ts";
import { InternalError } from "../../base/errors.ts";
import { extractField, type Field } from "../../engine/picture.ts";
import { instructions } from "./instruction-set.ts";

const OPCODE_SHIFT = 24;

/** The operation in an instruction. */
export function opcodeIn(bits: number): number {
  return bits >>> OPCODE_SHIFT;
}

export function opcodeOf(name: string): number {
  return opcodeIn(pictureOf(name).value);
}

export function fieldOf(name: string, field: string): Field {
  const found = pictureOf(name).fields.find((candidate) => candidate.name === field);
  if (!found) throw new InternalError(`${name} has no field ${field}`);
  return found;
}

function pictureOf(name: string) {
  const found = instructions[name];
  if (!found) throw new InternalError(`there is no instruction ${name}`);
  return found.picture;
}

const to = fieldOf("jmp", "to");

/** How far a jump or a call goes, in bytes. */
export function jumpDistance(bits: number): number {
  return signExtend(extractField(to, bits), to.width);
}
