/**
 * Predecoded records: what the interpreter reads instead of the guest's bits. 8 bytes: the handler (u16), and the operands
 * that its meaning depends on, where `placesFor` says.
 *
 * A register operand is the register's offset in the state (u16), or an eighth of it (u8) where there are many operands; a
 * jump's distance counts in bytes of records.
 */

import { InternalError } from "../../base/errors.ts";
import { makeDecoder, type Pictured } from "../decoder.ts";
import type { DescribedInstruction, Instruction, InstructionSet } from "../instruction.ts";
import { RECORD_BYTES } from "../memory-map.ts";
import { type StagedInstruction, stageInstruction } from "../operand-use.ts";
import type { Ops } from "../ops.ts";
import { type JointBody, type JointPart, joinBodies } from "./joint-body.ts";
import {
  type OperandPlace,
  type OperandWrite,
  operandWrite,
  placesFor,
  sizeOf,
  writeOperand,
} from "./record-places.ts";

/** The first handlers are the interpreter's own; those of instructions follow. */
export const Handler = { undecoded: 0, reenter: 1, straddle: 2, illegal: 3, region: 4, first: 5 } as const;

/** Handler numbers from here on are regions of translated code: the number less this is the region's slot. */
export const FIRST_REGION_HANDLER = 0x8000;

/** One handler of the interpreter: an instruction's meaning for one length. It is staged only when someone asks. */
export interface HandlerPlan {
  readonly name: string;
  readonly length: 2 | 4;
  readonly staged: StagedInstruction;
  readonly places: ReadonlyMap<string, OperandPlace>;
  /** What follows it in memory need not follow it. */
  readonly endsBlock: boolean;
}

/** How the record of an encoding is made. */
interface RecordPlan extends Pictured {
  readonly handler: number;
  readonly writes: () => readonly OperandWrite[];
}

/** Handlers that run as one: the record of each follows that of the one before. */
export interface FusedPlan {
  readonly parts: readonly HandlerPlan[];
  /** All of them as one body. */
  readonly joint: () => JointBody;
}

/**
 * The ends of sequences of handlers, as a tree of states from the empty end on, in two tables: the state with one more handler
 * in front, and the handler for just this sequence. 0: there is none.
 */
export interface SequenceEnds {
  /** At the state times `width` plus the handler that is in front. */
  readonly before: Uint16Array;
  readonly width: number;
  readonly fused: Uint16Array;
}

/** The state of the end that has no instruction yet. */
export const EMPTY_END = 1;

export interface InterpreterPlan {
  readonly handlers: readonly HandlerPlan[];
  /** Their numbers follow those of the handlers. */
  readonly fused: readonly FusedPlan[];
  /** The sequences that run as one, from their last instruction backwards. */
  readonly endings: SequenceEnds;
  /** Bytes of all instructions that a handler runs. */
  readonly reachOf: (handler: number) => number;
  /** The most that `reachOf` gives. */
  readonly longestReach: number;
  /** Writes the record of an instruction, and tells what may follow; undefined where the bits are none. */
  readonly encode: (bits: number, length: 2 | 4, words: Int32Array, at: number) => Following | undefined;
  /** The instructions met so far, in every machine: what was here in one run may be put here in another. */
  readonly remembered: Uint8Array<ArrayBuffer>;
}

/** What follows an instruction in memory follows it, or need not. */
export type Following = "next" | "any";

const blockEnds = new Set(["jump", "jumpRelative", "trap"]);

class StagedHandler<H extends Ops> implements HandlerPlan {
  readonly name: string;
  readonly length: 2 | 4;
  readonly #instruction: DescribedInstruction<H>;
  readonly #stage: () => StagedInstruction;
  readonly #places = once(() => this.#place());
  readonly #endsBlock = once(() => this.staged.body.some(({ kind }) => blockEnds.has(kind)));

  constructor(
    set: InstructionSet<H>,
    instruction: DescribedInstruction<H>,
    name: string,
    length: HandlerPlan["length"],
  ) {
    this.name = name;
    this.length = length;
    this.#instruction = instruction;
    this.#stage = once(() => stageInstruction(set, instruction));
  }

  get staged(): StagedInstruction {
    return this.#stage();
  }

  get places(): ReadonlyMap<string, OperandPlace> {
    return this.#places();
  }

  get endsBlock(): boolean {
    return this.#endsBlock();
  }

  #place(): ReadonlyMap<string, OperandPlace> {
    const { text, picture } = this.#instruction;
    const used = this.staged.uses.filter(({ isUsed }) => isUsed);
    return placesFor(
      text,
      used.map((use) => sizeOf(use, picture.fields)),
    );
  }
}

/** A function that computes its value when it is first called. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
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
    const index = Handler.first + handlers.length;
    handlers.push(new StagedHandler(set, described(name), name, length));
    indices.set(key, index);
    return index;
  };
  const planRecord = ([name, instruction]: [string, Instruction<H>]): RecordPlan => {
    const { picture } = instruction;
    const base = instruction.kind === "short" ? instruction.base : name;
    const handler = handlerFor(base, picture.width === 16 ? 2 : 4);
    const plan = handlers[handler - Handler.first];
    if (!plan) throw new InternalError(`no handler for ${base}`);
    const writes = once(() =>
      plan.staged.uses
        .filter(({ isUsed }) => isUsed)
        .map((use) => operandWrite(set, instruction, plan.places, use)),
    );
    return { picture, handler, writes };
  };
  const plans = Object.entries(set.instructions).map(planRecord);
  const decoder = (width: number) =>
    once(() => makeDecoder(plans.filter(({ picture }) => picture.width === width)));
  const [decode16, decode32] = [decoder(16), decoder(32)];
  const fused = planFusions(set, handlers, indices);
  const sequences = fused.map(({ parts }) => parts.map((part) => Handler.first + handlers.indexOf(part)));
  const reaches = [...handlers.map((one) => [one]), ...fused.map(({ parts }) => parts)].map((parts) =>
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  return {
    handlers,
    fused,
    endings: endsOf(sequences, Handler.first + handlers.length),
    reachOf: (handler) => reaches[handler - Handler.first] ?? 0,
    longestReach: Math.max(...reaches),
    ...rememberRecords((bits, length, record) => {
      const plan = (length === 2 ? decode16 : decode32)()(bits);
      if (!plan) return undefined;
      record.setUint16(0, plan.handler, true);
      for (const write of plan.writes()) writeOperand(write, bits, record);
      return handlers[plan.handler - Handler.first]?.endsBlock ? "any" : "next";
    }),
  };
}

/** @param width handlers of single instructions, and those before them; the first sequence's number */
function endsOf(sequences: readonly (readonly number[])[], width: number): SequenceEnds {
  const most = sequences.reduce((sum, { length }) => sum + length, EMPTY_END + 1);
  const before = new Uint16Array(most * width);
  const fused = new Uint16Array(most);
  let last = EMPTY_END;
  for (const [index, sequence] of sequences.entries()) {
    let state = EMPTY_END;
    for (const handler of sequence.toReversed()) {
      const at = state * width + handler;
      state = before[at] || ++last;
      before[at] = state;
    }
    fused[state] = width + index;
  }
  return { before: before.slice(0, (last + 1) * width), width, fused };
}

/** Records are kept in buckets, found by a hash of the instruction: the same ones occur again and again. */
const BUCKET_BITS = 15;
const RECORDS_IN_BUCKET = 4;
/** Of a kept record: the bits of the instruction, what follows (1 more than the index in `followings`), and the record. */
const KeptField = { bits: 0, follows: 1, record: 2, words: 2 + RECORD_BYTES / 4 } as const;
const BUCKET_WORDS = RECORDS_IN_BUCKET * KeptField.words;
const followings: readonly Following[] = ["next", "any"];

/** Encodes by looking whether that has been done before. */
function rememberRecords(
  encode: (bits: number, length: 2 | 4, record: DataView) => Following | undefined,
): Pick<InterpreterPlan, "encode" | "remembered"> {
  const kept = new Int32Array(2 ** BUCKET_BITS * BUCKET_WORDS);
  const record = new Int32Array(RECORD_BYTES / 4);
  const view = new DataView(record.buffer);
  /** Puts a new one in front; the one that came first has to go. */
  const remember = (bits: number, length: 2 | 4, bucket: number): Following | undefined => {
    record.fill(0);
    const following = encode(bits, length, view);
    if (following === undefined) return undefined;
    kept.copyWithin(bucket + KeptField.words, bucket, bucket + BUCKET_WORDS - KeptField.words);
    kept[bucket + KeptField.bits] = bits;
    kept[bucket + KeptField.follows] = 1 + followings.indexOf(following);
    kept.set(record, bucket + KeptField.record);
    return following;
  };
  return {
    remembered: new Uint8Array(kept.buffer),
    encode: (bits, length, words, at) => {
      // The bits tell the length too. All of them have to do with the upper ones of the product.
      const bucket = (Math.imul(bits, 0x9e3779b1) >>> (32 - BUCKET_BITS)) * BUCKET_WORDS;
      const end = bucket + BUCKET_WORDS;
      let place = bucket;
      while (place < end && kept[place + KeptField.bits] !== (bits | 0)) place += KeptField.words;
      const known = place < end ? followings[(kept[place + KeptField.follows] ?? 0) - 1] : undefined;
      const following = known ?? remember(bits, length, bucket);
      const from = known ? place : bucket;
      words[at >> 2] = following ? (kept[from + KeptField.record] ?? 0) : 0;
      words[(at >> 2) + 1] = following ? (kept[from + KeptField.record + 1] ?? 0) : 0;
      return following;
    },
  };
}

/** Instructions that a sequence may have. */
const MOST_FUSED = 16;

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
  return set.fusions.map((sequence) => {
    const parts = sequence.split(" ").map(find);
    if (parts.length > MOST_FUSED) throw new InternalError(`${sequence} are too many instructions to fuse`);
    const { stack } = set;
    const joint = once(() => joinBodies(stack, parts.map(jointPart)));
    return { parts, joint };
  });
}

function jointPart({ name, length, staged, places }: HandlerPlan): JointPart {
  return { name, length, body: staged.body, places };
}
