/**
 * Where the operands of an instruction lie in its record, and how they get there. Behind the handler there is room for six
 * bytes: what needs four lies at the end, registers take two bytes or, where all would not have room, one.
 */

import { signExtend } from "../../base/bits.ts";
import { InternalError } from "../../base/errors.ts";
import type { Instruction, InstructionSet } from "../instruction.ts";
import { RECORD_BYTES, RECORD_SHIFT } from "../memory-map.ts";
import type { OperandUse } from "../operand-use.ts";
import type { Ops } from "../ops.ts";
import { extractField, type Field, type Picture } from "../picture.ts";

/** Where in a record an operand lies. */
export interface OperandPlace {
  readonly offset: number;
  readonly bytes: 1 | 2 | 4;
  /** The values that it has room for. */
  readonly least: number;
  readonly most: number;
}

/** Where four bytes lie. */
export const WIDE_PLACE = 4;
/** A register whose place has one byte is the register's offset shifted by this. */
export const REGISTER_SHIFT = 3;

/** How an operand of an encoding gets to its place. */
export interface OperandWrite {
  readonly place: OperandPlace;
  readonly use: OperandUse;
  readonly source: Field | number;
  readonly add: number;
  readonly signExtended: boolean;
}

/** Places for the operands: what needs four bytes, then two, then one; registers have one where not all would have room. */
export function placesFor(text: string, sizes: readonly OperandSize[]): ReadonlyMap<string, OperandPlace> {
  const isTight = sizes.reduce((sum, { bytes }) => sum + bytes, 0) > RECORD_BYTES - 2;
  const taken = sizes.map((size) => (isTight ? { ...size, bytes: size.fewest } : size));
  const places = new Map<string, OperandPlace>();
  let [low, high] = [2, RECORD_BYTES];
  for (const { use, bytes } of taken.sort((a, b) => b.bytes - a.bytes)) {
    const offset = bytes === 4 ? high - 4 : low;
    if (bytes === 4) high = offset;
    else low += bytes;
    if (low > high) throw new InternalError(`${text} has too many operands`);
    const range = 2 ** (8 * bytes);
    const least = use.operand.kind === "signed" ? -range / 2 : 0;
    places.set(use.operand.name, { offset, bytes, least, most: least + range - 1 });
  }
  return places;
}

/** Bytes that an operand takes, and may take at least. */
export interface OperandSize {
  readonly use: OperandUse;
  readonly bytes: 1 | 2 | 4;
  readonly fewest: 1 | 2 | 4;
}

export function sizeOf(use: OperandUse, fields: readonly Field[]): OperandSize {
  if (use.file) return { use, bytes: 2, fewest: 1 };
  const { width = 0 } = fields.find(({ name }) => name === use.operand.name) ?? {};
  const bits = width + (use.isJumpOffset ? RECORD_SHIFT : 0);
  const bytes = bits <= 16 ? 2 : 4;
  return { use, bytes, fewest: bits <= 8 && use.operand.kind !== "signed" ? 1 : bytes };
}

export function operandWrite<H extends Ops>(
  set: InstructionSet<H>,
  instruction: Instruction<H>,
  places: ReadonlyMap<string, OperandPlace>,
  use: OperandUse,
): OperandWrite {
  const { name } = use.operand;
  const place = places.get(name);
  const from = instruction.kind === "short" ? instruction.operands[name] : name;
  if (!place || from === undefined) throw new InternalError(`${instruction.text}: no source for ${name}`);
  if (typeof from === "number") return { place, use, source: from, add: 0, signExtended: false };
  const { kind, add = 0 } = set.fieldKinds[from] ?? {};
  return { place, use, source: fieldNamed(instruction.picture, from), add, signExtended: kind === "signed" };
}

function fieldNamed(picture: Picture, name: string): Field {
  const field = picture.fields.find((candidate) => candidate.name === name);
  if (!field) throw new InternalError(`"${picture.text}" has no field ${name}`);
  return field;
}

export function writeOperand(
  { place, use, source, add, signExtended }: OperandWrite,
  bits: number,
  record: DataView,
): void {
  const value = typeof source === "number" ? source : extractField(source, bits) + add;
  const signed = signExtended && typeof source !== "number" ? signExtend(value, source.width) : value;
  writePlace(record, place, recorded(use, signed, place));
}

/** An operand as the record has it. */
function recorded({ file, written, isJumpOffset }: OperandUse, value: number, place: OperandPlace): number {
  if (isJumpOffset) return value << RECORD_SHIFT;
  if (!file) return value;
  const offset = file.offset + 8 * (written && file.zero && value === 0 ? file.count : value);
  return place.bytes === 1 ? offset >> REGISTER_SHIFT : offset;
}

function writePlace(record: DataView, { offset, bytes, least, most }: OperandPlace, value: number): void {
  if (value < least || value > most)
    throw new InternalError(`no room for ${value} in ${bytes} bytes of a record`);
  if (bytes === 4) record.setInt32(offset, value, true);
  else if (bytes === 2) record.setInt16(offset, value, true);
  else record.setUint8(offset, value);
}
