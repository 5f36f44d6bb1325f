/** Sets: small ones as 64 bits on the stack, others by the address of their 32 bytes. ISO 7185, section 6.7.2.4. */

import type { Value } from "../tree.ts";
import { SET_ELEMENTS } from "../types.ts";
import type { Frame, Place } from "./routine-generator.ts";
import type { ValueGenerator } from "./value-generator.ts";

type ValueOf<K extends Value["kind"]> = Extract<Value, { kind: K }>;

const LONGS = SET_ELEMENTS / 64;
const memoryOperations = { uni: "unim", int: "intm", dif: "difm" } as const;

export class SetGenerator {
  readonly #frame: Frame;
  readonly #values: ValueGenerator;

  constructor(frame: Frame, values: ValueGenerator) {
    this.#frame = frame;
    this.#values = values;
  }

  /** A small set. */
  narrow(value: ValueOf<"set"> | ValueOf<"setOperation">): void {
    const { code } = this.#frame;
    if (value.kind === "setOperation") {
      this.#values.value(value.left);
      this.#values.value(value.right);
      code.emit(value.operation);
      return;
    }
    const { bits, others } = constantPart(value);
    if (bits !== 0n || others.length === 0) code.constant(BigInt.asIntN(64, bits));
    for (const [index, { low, high }] of others.entries()) {
      this.#values.value(low);
      if (high) this.#values.value(high);
      code.at(low.at);
      code.check("set", high ? "rng" : "sgl");
      if (bits !== 0n || index > 0) code.emit("uni");
    }
  }

  /** The address of a large set. */
  wide(value: ValueOf<"set"> | ValueOf<"setOperation">): void {
    if (value.kind === "set" && constantPart(value).others.length === 0) {
      this.#constant(constantPart(value).bits);
      return;
    }
    const result = this.#frame.temporaryBlock(8 * LONGS);
    this.#frame.pushAddress(result);
    if (value.kind === "setOperation") {
      this.#values.address(value.left);
      this.#combine("cpyd");
      this.#values.address(value.right);
      this.#combine(memoryOperations[value.operation]);
    } else {
      const { bits, others } = constantPart(value);
      this.#constant(bits);
      this.#combine("cpyd");
      for (const { low, high } of others) this.#include(result, low, high);
    }
  }

  #include(result: Place, low: Value, high: Value | undefined): void {
    const { code } = this.#frame;
    if (!high) {
      this.#values.value(low);
      code.at(low.at);
      code.check("set", "incl");
      return;
    }
    this.#frame.pushAddress(result);
    this.#values.value(low);
    this.#values.value(high);
    code.at(low.at);
    this.#values.service("includeRange");
  }

  #constant(bits: bigint): void {
    this.#frame.code.bytes(setBytes(bits));
  }

  /** Changes the set whose address is below by the one whose address is on top, which goes. */
  #combine(operation: string): void {
    const { code } = this.#frame;
    for (let long = 0; long < LONGS; long++) code.emit(operation, 8 * long);
    code.emit("drop");
  }

  contains({ element, set, wide }: ValueOf<"in">): void {
    const { code } = this.#frame;
    this.#values.value(element);
    if (wide) this.#values.address(set);
    else this.#values.value(set);
    code.emit(wide ? "innm" : "inn");
  }

  compare({ operation, wide, left, right }: ValueOf<"compareSets">): void {
    const { code } = this.#frame;
    const [one, other] = operation === "ge" ? [right, left] : [left, right];
    const isEquality = operation === "eq" || operation === "ne";
    if (wide) {
      this.#values.address(one);
      this.#values.address(other);
      this.#values.service(isEquality ? "equalSets" : "inclusion");
      if (operation === "ne") code.emit("not");
      return;
    }
    this.#values.value(one);
    this.#values.value(other);
    code.emit(isEquality ? operation : "leq");
  }
}

/** The elements of a constructor that are constants, as bits, and the other members. */
function constantPart({ members }: ValueOf<"set">) {
  let bits = 0n;
  const others = members.filter(({ low, high }) => {
    if (low.kind !== "constant" || (high && high.kind !== "constant")) return true;
    const last = high?.kind === "constant" ? high.value : low.value;
    for (let value = Math.max(low.value, 0); value <= Math.min(last, SET_ELEMENTS - 1); value++) {
      bits |= 1n << BigInt(value);
    }
    return false;
  });
  return { bits, others };
}

/** A set in memory, whose elements are the ones of `bits`: a character for each byte. */
export function setBytes(bits: bigint): string {
  const longs = BigUint64Array.from({ length: LONGS }, (_, index) =>
    BigInt.asUintN(64, bits >> BigInt(64 * index)),
  );
  return String.fromCharCode(...new Uint8Array(longs.buffer));
}
