/**
 * Writes the body of one function. Locals may be added at any time; labels are depths, counted for the caller by
 * `block`, `loop` and `if_`, which return the nesting level to hand to `br`.
 * WebAssembly Core Specification 2.0, section 5.4.
 */

import { ByteWriter } from "./byte-writer.ts";
import { opcode } from "./opcodes.ts";
import { type FunctionType, typeByte, type ValueType } from "./types.ts";

/** The nesting level of a structured instruction, from 1 outermost; 0 is the function itself. */
export type Label = number;

/** Whether a condition is expected to hold. */
export type Hint = "likely" | "unlikely";

/** A hint for the branch at an offset in the function's body (WebAssembly's branch hinting proposal). */
export interface BranchHint {
  readonly offset: number;
  readonly hint: Hint;
}

const EMPTY_BLOCK = 0x40;

export class FunctionWriter {
  readonly #code = new ByteWriter();
  readonly #locals: ValueType[] = [];
  readonly #localNames = new Map<number, string>();
  readonly #hints: BranchHint[] = [];
  #depth: Label = 0;
  readonly type: FunctionType;

  constructor(type: FunctionType) {
    this.type = type;
  }

  /** Bytes of code written so far. */
  get size(): number {
    return this.#code.length;
  }

  get localNames(): ReadonlyMap<number, string> {
    return this.#localNames;
  }

  /** Adds a local variable and returns its index. */
  local(type: ValueType, name?: string): number {
    const index = this.type.params.length + this.#locals.length;
    this.#locals.push(type);
    if (name !== undefined) this.#localNames.set(index, name);
    return index;
  }

  /** An instruction without immediates. */
  op(name: string): this {
    this.#opcode(name);
    return this;
  }

  /** A load or store; `align` is the exponent of the alignment hint, 0 for none (but atomics need their own). */
  memory(name: string, offset = 0, align = 0): this {
    this.#opcode(name).unsigned(align).unsigned(offset);
    return this;
  }

  /** A vector instruction with a lane index. */
  lane(name: string, lane: number): this {
    this.#opcode(name).byte(lane);
    return this;
  }

  /** A load or store of one lane. */
  memoryLane(name: string, lane: number, offset = 0, align = 0): this {
    this.memory(name, offset, align);
    this.#code.byte(lane);
    return this;
  }

  /** `v128.const` or `i8x16.shuffle` with its 16 bytes. */
  lanes16(name: "v128.const" | "i8x16.shuffle", bytes: Uint8Array): this {
    this.#opcode(name).append(bytes);
    return this;
  }

  i32(value: number): this {
    this.#code.byte(0x41).signed(value);
    return this;
  }

  i64(value: bigint): this {
    this.#code.byte(0x42).signed64(value);
    return this;
  }

  f32(value: number): this {
    this.#code.byte(0x43).f32(value);
    return this;
  }

  f64(value: number): this {
    this.#code.byte(0x44).f64(value);
    return this;
  }

  get(local: number): this {
    return this.#indexed(0x20, local);
  }

  set(local: number): this {
    return this.#indexed(0x21, local);
  }

  tee(local: number): this {
    return this.#indexed(0x22, local);
  }

  globalGet(global: number): this {
    return this.#indexed(0x23, global);
  }

  globalSet(global: number): this {
    return this.#indexed(0x24, global);
  }

  call(fn: number): this {
    return this.#indexed(0x10, fn);
  }

  returnCall(fn: number): this {
    return this.#indexed(0x12, fn);
  }

  callIndirect(typeIndex: number, table = 0): this {
    this.#code.byte(0x11).unsigned(typeIndex).unsigned(table);
    return this;
  }

  returnCallIndirect(typeIndex: number, table = 0): this {
    this.#code.byte(0x13).unsigned(typeIndex).unsigned(table);
    return this;
  }

  /** `result` is a value type, or the index of a function type for several results or parameters. */
  block(result?: ValueType | number): Label {
    return this.#structured(0x02, result);
  }

  loop(result?: ValueType | number): Label {
    return this.#structured(0x03, result);
  }

  if_(result?: ValueType | number, hint?: Hint): Label {
    this.#hint(hint);
    return this.#structured(0x04, result);
  }

  else_(): this {
    this.#code.byte(0x05);
    return this;
  }

  end(): this {
    this.#depth -= 1;
    this.#code.byte(0x0b);
    return this;
  }

  br(label: Label): this {
    return this.#indexed(0x0c, this.#depth - label);
  }

  brIf(label: Label, hint?: Hint): this {
    this.#hint(hint);
    return this.#indexed(0x0d, this.#depth - label);
  }

  brTable(labels: readonly Label[], otherwise: Label): this {
    this.#code.byte(0x0e).unsigned(labels.length);
    for (const label of labels) this.#code.unsigned(this.#depth - label);
    this.#code.unsigned(this.#depth - otherwise);
    return this;
  }

  memorySize(): this {
    this.#code.byte(0x3f).byte(0);
    return this;
  }

  memoryGrow(): this {
    this.#code.byte(0x40).byte(0);
    return this;
  }

  memoryCopy(): this {
    this.#code.byte(0xfc).unsigned(10).byte(0).byte(0);
    return this;
  }

  memoryFill(): this {
    this.#code.byte(0xfc).unsigned(11).byte(0);
    return this;
  }

  memoryInit(segment: number): this {
    this.#code.byte(0xfc).unsigned(8).unsigned(segment).byte(0);
    return this;
  }

  dataDrop(segment: number): this {
    this.#code.byte(0xfc).unsigned(9).unsigned(segment);
    return this;
  }

  atomicFence(): this {
    this.#code.byte(0xfe).unsigned(3).byte(0);
    return this;
  }

  /** The body in the binary format: locals (runs of equal types), code, the closing `end`. */
  encode(): Uint8Array<ArrayBuffer> {
    return this.#localsDeclaration().append(this.#code.bytes).byte(0x0b).bytes;
  }

  /** The hints given so far, in the order of their offsets. */
  branchHints(): readonly BranchHint[] {
    const { length } = this.#localsDeclaration();
    return this.#hints.map(({ offset, hint }) => ({ offset: offset + length, hint }));
  }

  #hint(hint: Hint | undefined): void {
    if (hint) this.#hints.push({ offset: this.#code.length, hint });
  }

  #localsDeclaration(): ByteWriter {
    const body = new ByteWriter();
    const groups: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = groups.at(-1);
      if (last?.type === type) last.count += 1;
      else groups.push({ type, count: 1 });
    }
    body.unsigned(groups.length);
    for (const { type, count } of groups) body.unsigned(count).byte(typeByte[type]);
    return body;
  }

  #opcode(name: string): ByteWriter {
    const { prefix, code } = opcode(name);
    if (prefix === 0) return this.#code.byte(code);
    return this.#code.byte(prefix).unsigned(code);
  }

  #indexed(code: number, index: number): this {
    this.#code.byte(code).unsigned(index);
    return this;
  }

  #structured(code: number, result: ValueType | number | undefined): Label {
    this.#code.byte(code);
    if (result === undefined) this.#code.byte(EMPTY_BLOCK);
    else if (typeof result === "number") this.#code.signed(result);
    else this.#code.byte(typeByte[result]);
    this.#depth += 1;
    return this.#depth;
  }
}
