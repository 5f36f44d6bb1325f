/**
 * Predecoded records: what the interpreter reads instead of the guest's bits. 8 bytes: the handler (u16), and the operands
 * that its meaning depends on, where `placesFor` says.
 *
 * A register operand is the register's offset in the state (u16), or an eighth of it (u8) where there are many operands; a
 * jump's distance counts in bytes of records.
 */

import { signExtend } from "../../base/bits.ts";
import { InternalError } from "../../base/errors.ts";
import { makeDecoder, type Pictured } from "../decoder.ts";
import type { DescribedInstruction, Instruction, InstructionSet } from "../instruction.ts";
import { RECORD_BYTES, RECORD_SHIFT } from "../memory-map.ts";
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
  readonly bytes: 1 | 2 | 4;
  readonly signed: boolean;
}

/** Where four bytes lie. */
export const WIDE_PLACE = 4;
/** A register whose place has one byte is the register's offset shifted by this. */
export const REGISTER_SHIFT = 3;

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
  readonly encode: (bits: number, length: 2 | 4, words: Int32Array, at: number) => boolean;
}

/** Places for the operands: what needs four bytes, then two, then one; registers have one where not all would have room. */
function placesFor(text: string, sizes: readonly OperandSize[]): ReadonlyMap<string, OperandPlace> {
  const isTight = sizes.reduce((sum, { bytes }) => sum + bytes, 0) > RECORD_BYTES - 2;
  const taken = sizes.map((size) => (isTight ? { ...size, bytes: size.fewest } : size));
  const places = new Map<string, OperandPlace>();
  let [low, high] = [2, RECORD_BYTES];
  for (const { use, bytes } of taken.sort((a, b) => b.bytes - a.bytes)) {
    const offset = bytes === 4 ? high - 4 : low;
    if (bytes === 4) high = offset;
    else low += bytes;
    if (low > high) throw new InternalError(`${text} has too many operands`);
    places.set(use.operand.name, { offset, bytes, signed: use.operand.kind === "signed" });
  }
  return places;
}

/** Bytes that an operand takes, and may take at least. */
interface OperandSize {
  readonly use: OperandUse;
  readonly bytes: 1 | 2 | 4;
  readonly fewest: 1 | 2 | 4;
}

function sizeOf(use: OperandUse, fields: readonly Field[]): OperandSize {
  if (use.file) return { use, bytes: 2, fewest: 1 };
  const { width = 0 } = fields.find(({ name }) => name === use.operand.name) ?? {};
  const bits = width + (use.isJumpOffset ? RECORD_SHIFT : 0);
  const bytes = bits <= 16 ? 2 : 4;
  return { use, bytes, fewest: bits <= 8 && use.operand.kind !== "signed" ? 1 : bytes };
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
    const instruction = described(name);
    const staged = stageInstruction(set, instruction);
    const index = Handler.first + handlers.length;
    const sizes = staged.uses
      .filter(({ isUsed }) => isUsed)
      .map((use) => sizeOf(use, instruction.picture.fields));
    handlers.push({ name, length, staged, places: placesFor(instruction.text, sizes) });
    indices.set(key, index);
    return index;
  };
  const planRecord = ([name, instruction]: [string, Instruction<H>]): RecordPlan => {
    const { picture } = instruction;
    const base = instruction.kind === "short" ? instruction.base : name;
    const handler = handlerFor(base, picture.width === 16 ? 2 : 4);
    const plan = handlers[handler - Handler.first];
    if (!plan) throw new InternalError(`no handler for ${base}`);
    const writes = plan.staged.uses
      .filter(({ isUsed }) => isUsed)
      .map((use) => operandWrite(set, instruction, plan, use));
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
    encode: rememberRecords((bits, length, record) => {
      const plan = length === 2 ? decode16(bits) : decode32(bits);
      if (!plan) return false;
      record.setUint16(0, plan.handler, true);
      for (const write of plan.writes) writeOperand(write, bits, record);
      return true;
    }),
  };
}

/** Records kept, a power of two: the same instructions occur again and again. */
const KEPT_RECORDS = 8192;

/** Encodes by looking whether that has just been done. */
function rememberRecords(
  encode: (bits: number, length: 2 | 4, record: DataView) => boolean,
): InterpreterPlan["encode"] {
  const keys = new Int32Array(KEPT_RECORDS);
  const kept = new Int32Array((KEPT_RECORDS * RECORD_BYTES) / 4);
  return (bits, length, words, at) => {
    // The lowest bits of instructions say their length, and none has only zeros.
    const slot = (Math.imul(bits, 0x9e3779b1) >>> 8) % KEPT_RECORDS;
    if (keys[slot] !== (bits | 0)) {
      const record = new DataView(kept.buffer, slot * RECORD_BYTES, RECORD_BYTES);
      keys[slot] = 0;
      record.setBigInt64(0, 0n);
      if (!encode(bits, length, record)) return false;
      keys[slot] = bits;
    }
    words[at >> 2] = kept[slot * 2] ?? 0;
    words[(at >> 2) + 1] = kept[slot * 2 + 1] ?? 0;
    return true;
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

function writePlace(record: DataView, { offset, bytes, signed }: OperandPlace, value: number): void {
  const [least, most] = signed
    ? [-(2 ** (bytes * 8 - 1)), 2 ** (bytes * 8 - 1) - 1]
    : [0, 2 ** (bytes * 8) - 1];
  if (value < least || value > most)
    throw new InternalError(`no room for ${value} in ${bytes} bytes of a record`);
  if (bytes === 4) record.setInt32(offset, value, true);
  else if (bytes === 2) record.setInt16(offset, value, true);
  else record.setUint8(offset, value);
}
