/** Stages actual guest code: an instruction's meaning with the values of its operands. */

import { InternalError } from "../../base/errors.ts";
import { makeDecoder } from "../decoder.ts";
import { type Instruction, type InstructionSet, operandValue } from "../instruction.ts";
import type { Body, Operand } from "../ir.ts";
import type { Ops } from "../ops.ts";
import type { Picture } from "../picture.ts";

/** What some bits of guest code mean. */
export interface StagedCode {
  readonly name: string;
  readonly length: 2 | 4;
  readonly body: Body;
}

/** Stages the instruction that begins with these 16 bits and the 16 after them; undefined where they are none. */
export type Stager = (low: number, high: number | undefined) => StagedCode | undefined;

/** Bodies are never changed, so that an encoding need be staged only once; at most so many are kept. */
const MOST_KNOWN = 0x4000;

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
  const h = set.ops();
  const stage: Stager = (low, high) => {
    const length = set.lengthOf(low);
    if (length === 4 && high === undefined) return undefined;
    const bits = length === 2 ? low : (low | ((high ?? 0) << 16)) >>> 0;
    const found = length === 2 ? decode16(bits) : decode32(bits);
    if (!found) return undefined;
    const { instruction } = found;
    const name = instruction.kind === "short" ? instruction.base : found.name;
    const base = set.instructions[name];
    if (base?.kind !== "described") throw new InternalError(`no instruction ${name} has a meaning`);
    const operands = base.picture.fields.map((field): [string, Operand] => {
      const kind = set.fieldKinds[field.name]?.kind ?? "unsigned";
      return [
        field.name,
        { name: field.name, kind, value: operandValue(set, instruction, field.name, bits) },
      ];
    });
    const body = h.stage(() => base.meaning(h, Object.fromEntries(operands)));
    return { name, length, body };
  };
  const known = new Map<number, StagedCode | undefined>();
  return (low, high) => {
    const isShort = set.lengthOf(low) === 2;
    if (!isShort && high === undefined) return undefined;
    const bits = isShort ? low : low + (high ?? 0) * 0x10000;
    if (known.has(bits)) return known.get(bits);
    if (known.size >= MOST_KNOWN) known.clear();
    const staged = stage(low, high);
    known.set(bits, staged);
    return staged;
  };
}
