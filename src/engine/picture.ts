/**
 * Bit pictures: an instruction's encoding as manuals draw it, most significant bit first, in words:
 *
 *   0110011          fixed bits
 *   rd:5             a field of 5 bits
 *   imm[12|10:5]     the bits 12 and 10 to 5 of a field that is scattered over several words
 *   rd:5!=0          a field that must not have the value 0 (or any of !={0,2}); what has it is not this instruction
 */

import { InternalError } from "../base/errors.ts";

type NameOf<Word extends string> = Word extends `${infer Name}:${number}${string}`
  ? Name extends `${string}[${string}`
    ? Name extends `${infer Base}[${string}`
      ? Base
      : never
    : Name
  : Word extends `${infer Name}[${string}`
    ? Name
    : never;

/** The names of the fields in a picture, as a type: `FieldNames<"imm:12 rd:5 0010011">` is `"imm" | "rd"`. */
export type FieldNames<Text extends string> = Text extends `${infer Word} ${infer Rest}`
  ? NameOf<Word> | FieldNames<Rest>
  : NameOf<Text>;

/** Bits `width` wide at `from` in the instruction are the bits at `to` in the field. */
export interface Slice {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

export interface Field {
  readonly name: string;
  readonly slices: readonly Slice[];
  /** One more than the highest bit of the field. */
  readonly width: number;
  readonly excluded: readonly number[];
}

/** A parsed picture. `mask` has the fixed bits, `value` what they are. */
export interface Picture {
  readonly text: string;
  readonly width: 8 | 16 | 32;
  readonly mask: number;
  readonly value: number;
  readonly fields: readonly Field[];
  /** Those of them that must not have some values. */
  readonly restricted: readonly Field[];
}

const wordSyntax = /^(?:([01]+)|([a-z]\w*)(?::(\d+)|\[([\d:|]+)\])(?:!=\{?([\d,]+)\}?)?)$/;

interface MutableField {
  readonly slices: Slice[];
  excluded: number[];
}

/** Parses a picture; throws InternalError where it is malformed or not 8, 16 or 32 bits wide. */
export function parsePicture(text: string): Picture {
  const fields = new Map<string, MutableField>();
  let mask = 0;
  let value = 0;
  let position = 0;
  for (const word of text.trim().split(/\s+/).reverse()) {
    const match = wordSyntax.exec(word);
    if (!match) throw new InternalError(`bit picture "${text}": cannot read "${word}"`);
    const [, fixed, name = "", plain, pieces, excluded] = match;
    if (fixed !== undefined) {
      mask |= ones(fixed.length) << position;
      value |= Number.parseInt(fixed, 2) << position;
      position += fixed.length;
      continue;
    }
    const field = fields.get(name) ?? { slices: [], excluded: [] };
    fields.set(name, field);
    if (excluded !== undefined) field.excluded = excluded.split(",").map(Number);
    for (const slice of fieldSlices(plain, pieces)) {
      field.slices.push({ from: position, ...slice });
      position += slice.width;
    }
  }
  if (position !== 8 && position !== 16 && position !== 32) {
    throw new InternalError(`bit picture "${text}" is ${position} bits wide`);
  }
  const all = [...fields].map(toField);
  const restricted = all.filter((field) => field.excluded.length > 0);
  return { text, width: position, mask: mask >>> 0, value: value >>> 0, fields: all, restricted };
}

function ones(width: number): number {
  return width === 32 ? -1 : (1 << width) - 1;
}

/** The slices of one word, least significant first. */
function fieldSlices(plain: string | undefined, pieces = ""): Omit<Slice, "from">[] {
  if (plain !== undefined) return [{ to: 0, width: Number(plain) }];
  return pieces
    .split("|")
    .reverse()
    .map((piece) => {
      const [high = 0, low = high] = piece.split(":").map(Number);
      return { to: low, width: high - low + 1 };
    });
}

function toField([name, { slices, excluded }]: [string, MutableField]): Field {
  return { name, slices, excluded, width: Math.max(...slices.map(({ to, width }) => to + width)) };
}

/** The value of a field in an instruction, unsigned. */
export function extractField({ slices }: Field, bits: number): number {
  let value = 0;
  for (let index = 0; index < slices.length; index++) {
    const { from, to, width } = slices[index] as Slice;
    value |= ((bits >>> from) & ones(width)) << to;
  }
  return value >>> 0;
}

/** The bits of an instruction in which the field has this value. Bits that the field lacks are dropped. */
export function insertField(field: Field, value: number): number {
  let bits = 0;
  for (const { from, to, width } of field.slices) bits |= ((value >>> to) & ones(width)) << from;
  return bits >>> 0;
}

/** True when the bits are this instruction: fixed bits equal and no field has an excluded value. */
export function matchesPicture({ mask, value, restricted }: Picture, bits: number): boolean {
  if ((bits & mask) >>> 0 !== value) return false;
  return (
    restricted.length === 0 || !restricted.some((field) => field.excluded.includes(extractField(field, bits)))
  );
}

/**
 * True when some bits could be both instructions. A field's exclusion keeps two pictures apart where the other's
 * fixed bits give the field just an excluded value.
 */
export function picturesOverlap(a: Picture, b: Picture): boolean {
  if (a.width !== b.width) return false;
  if ((a.value & b.mask) >>> 0 !== (b.value & a.mask) >>> 0) return false;
  return !excludes(a, b) && !excludes(b, a);
}

function excludes(a: Picture, b: Picture): boolean {
  return a.fields.some((field) => {
    const bits = insertField(field, -1);
    return (b.mask & bits) >>> 0 === bits && field.excluded.includes(extractField(field, b.value));
  });
}
