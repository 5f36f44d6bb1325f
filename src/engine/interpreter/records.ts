/**
 * Predecoded records: what the interpreter reads instead of the guest's bits. 16 bytes:
 *
 *    0: handler (u16) | 2, 4, 6, 8, 10: registers and unsigned operands (u16) | 12: a signed operand (i32)
 *
 * A register operand is the register's offset in the state; a jump's distance counts in bytes of records (times 8).
 */

import { signExtend } from "../../base/bits.ts";
import { InternalError } from "../../base/errors.ts";
import { makeDecoder, type Pictured } from "../decoder.ts";
import type { DescribedInstruction, Instruction, InstructionSet } from "../instruction.ts";
import { type OperandUse, type StagedInstruction, stageInstruction } from "../operand-use.ts";
import type { Ops } from "../ops.ts";
import { extractField, type Field, type Picture } from "../picture.ts";

/** The first handlers are the interpreter's own; those of instructions follow. */
export const Handler = { undecoded: 0, reenter: 1, straddle: 2, illegal: 3, region: 4, first: 5 } as const;

/** Handler numbers from here on are regions of translated code: the number less this is the region's slot. */
export const FIRST_REGION_HANDLER = 0x8000;

/** Where in a record an operand lies. */
export interface OperandPlace {
  readonly offset: number;
  readonly signed: boolean;
}

export const SIGNED_PLACE = 12;
const UNSIGNED_PLACES = [2, 4, 6, 8, 10] as const;

/** One handler of the interpreter: an instruction's meaning for one length. */
export interface HandlerPlan {
  readonly name: string;
  readonly length: 2 | 4;
  readonly staged: StagedInstruction;
  readonly places: ReadonlyMap<string, OperandPlace>;
}

/** How the record of an encoding is made. */
interface RecordPlan extends Pictured {
  readonly handler: number;
  readonly writes: readonly OperandWrite[];
}

interface OperandWrite {
  readonly place: OperandPlace;
  readonly use: OperandUse;
  readonly source: Field | number;
  readonly add: number;
  readonly signExtended: boolean;
}

/** Two handlers run as one: the second one's record follows the first one's. */
export interface FusedPlan {
  readonly first: HandlerPlan;
  readonly second: HandlerPlan;
}

export interface InterpreterPlan {
  readonly handlers: readonly HandlerPlan[];
  /** Their numbers follow those of the handlers. */
  readonly fused: readonly FusedPlan[];
  /** The number of the handler for an instruction and its successor, given their own; undefined where there is none. */
  readonly fuse: (first: number, second: number) => number | undefined;
  /** Writes the record of an instruction; false where the bits are none. */
  readonly encode: (
    bits: number,
    length: 2 | 4,
    words: Int32Array,
    halves: Uint16Array,
    at: number,
  ) => boolean;
}

function placesFor(staged: StagedInstruction): ReadonlyMap<string, OperandPlace> {
  const unsigned = [...UNSIGNED_PLACES];
  const places = new Map<string, OperandPlace>();
  let signedTaken = false;
  for (const { operand } of staged.uses) {
    if (operand.kind === "signed") {
      if (signedTaken) throw new InternalError("an instruction has two signed operands");
      signedTaken = true;
      places.set(operand.name, { offset: SIGNED_PLACE, signed: true });
      continue;
    }
    const offset = unsigned.shift();
    if (offset === undefined) throw new InternalError("an instruction has too many operands");
    places.set(operand.name, { offset, signed: false });
  }
  return places;
}

/** Plans the handlers of an instruction set: one for each instruction and length in which it occurs. */
export function planInterpreter<H extends Ops>(set: InstructionSet<H>): InterpreterPlan {
  const handlers: HandlerPlan[] = [];
  const indices = new Map<string, number>();
  const described = (name: string): DescribedInstruction<H> => {
    const found = set.instructions[name];
    if (found?.kind !== "described") throw new InternalError(`no instruction ${name} has a meaning`);
    return found;
  };
  const handlerFor = (name: string, length: 2 | 4): number => {
    const key = `${name}/${length}`;
    const known = indices.get(key);
    if (known !== undefined) return known;
    const staged = stageInstruction(set, described(name));
    const index = Handler.first + handlers.length;
    handlers.push({ name, length, staged, places: placesFor(staged) });
    indices.set(key, index);
    return index;
  };
  const planRecord = ([name, instruction]: [string, Instruction<H>]): RecordPlan => {
    const { picture } = instruction;
    const base = instruction.kind === "short" ? instruction.base : name;
    const handler = handlerFor(base, picture.width === 16 ? 2 : 4);
    const plan = handlers[handler - Handler.first];
    if (!plan) throw new InternalError(`no handler for ${base}`);
    const writes = plan.staged.uses.map((use) => operandWrite(set, instruction, plan, use));
    return { picture, handler, writes };
  };
  const plans = Object.entries(set.instructions).map(planRecord);
  const decode16 = makeDecoder(plans.filter(({ picture }) => picture.width === 16));
  const decode32 = makeDecoder(plans.filter(({ picture }) => picture.width === 32));
  const fused = planFusions(set, handlers, indices);
  const fusedNumbers = new Map(
    fused.map(({ first, second }, index) => [
      pairKey(Handler.first + handlers.indexOf(first), Handler.first + handlers.indexOf(second)),
      Handler.first + handlers.length + index,
    ]),
  );
  return {
    handlers,
    fused,
    fuse: (first, second) => fusedNumbers.get(pairKey(first, second)),
    encode: (bits, length, words, halves, at) => {
      const plan = length === 2 ? decode16(bits) : decode32(bits);
      if (!plan) return false;
      for (const write of plan.writes) writeOperand(write, bits, words, halves, at);
      halves[at >> 1] = plan.handler;
      return true;
    },
  };
}

function pairKey(first: number, second: number): number {
  return first * 0x10000 + second;
}

/** Effects after which the record of the next instruction may no longer be what it was. */
const writesMemory = new Set(["store", "atomic", "compareExchange", "callEffect"]);

function planFusions<H extends Ops>(
  set: InstructionSet<H>,
  handlers: readonly HandlerPlan[],
  indices: ReadonlyMap<string, number>,
): FusedPlan[] {
  const find = (key: string): HandlerPlan => {
    const plan = handlers[(indices.get(key) ?? -1) - Handler.first];
    if (!plan) throw new InternalError(`a fusion names ${key}, which is no handler`);
    return plan;
  };
  return set.fusions.map((pair) => {
    const [a = "", b = ""] = pair.split(" ");
    const [first, second] = [find(a), find(b)];
    if (first.staged.body.some(({ kind }) => writesMemory.has(kind))) {
      throw new InternalError(`${pair}: an instruction that writes memory cannot be the first of a fusion`);
    }
    return { first, second };
  });
}

function operandWrite<H extends Ops>(
  set: InstructionSet<H>,
  instruction: Instruction<H>,
  plan: HandlerPlan,
  use: OperandUse,
): OperandWrite {
  const { name } = use.operand;
  const place = plan.places.get(name);
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

function writeOperand(
  { place, use, source, add, signExtended }: OperandWrite,
  bits: number,
  words: Int32Array,
  halves: Uint16Array,
  at: number,
): void {
  let value = typeof source === "number" ? source : extractField(source, bits) + add;
  if (signExtended && typeof source !== "number") value = signExtend(value, source.width);
  if (place.signed) {
    words[(at + place.offset) >> 2] = use.isJumpOffset ? value << 3 : value;
    return;
  }
  const { file } = use;
  if (file) value = file.offset + 8 * (use.written && file.zero && value === 0 ? file.count : value);
  halves[(at + place.offset) >> 1] = value;
}
