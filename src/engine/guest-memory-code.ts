/**
 * The code of accesses to guest memory through the TLB, for every technique. What follows where the TLB does not answer is
 * the technique's: it may do the access by other means, or leave.
 */

import type { FunctionWriter } from "../wasm/function-writer.ts";
import type { ValueType } from "../wasm/types.ts";
import type { Access, AtomicOperation } from "./ir.ts";
import type { LocalPool, Push } from "./lowering.ts";
import { GUEST_PAGE } from "./memory-map.ts";
import { DATA_INDEX_MASK, TLB_INDEX_SHIFT, WRITE_TABLE } from "./tlb.ts";

/** Local variables that the code uses; after a miss `address` (i64) holds the guest address. */
export interface AccessLocals {
  readonly dataTlb: number;
  readonly address: number;
  readonly distance: number;
  readonly entry: number;
}

/** Code for accesses that the TLB did not answer. */
export interface MissCode {
  /** Leaves the value on the stack, or does not come back. `forWrite`: the place is about to be written. */
  load(access: Access, forWrite: boolean): void;
  store(access: Access, value: Push): void;
}

export class GuestMemoryCode {
  readonly #code: FunctionWriter;
  readonly #pool: LocalPool;
  readonly #locals: AccessLocals;
  readonly #miss: MissCode;

  constructor(code: FunctionWriter, pool: LocalPool, locals: AccessLocals, miss: MissCode) {
    this.#code = code;
    this.#pool = pool;
    this.#locals = locals;
    this.#miss = miss;
  }

  /** Leaves the value. */
  load(type: ValueType, access: Access, address: Push): void {
    this.#checkedLoad(type, access, address, false);
  }

  #checkedLoad(type: ValueType, access: Access, address: Push, forWrite: boolean): void {
    const table = forWrite ? WRITE_TABLE : 0;
    this.#lookUp(address, access.size, table);
    this.#code.if_(type, "likely");
    this.#hostAddress(table);
    this.#code.memory(access.op).else_();
    this.#miss.load(access, forWrite);
    this.#code.end();
  }

  store(type: ValueType, access: Access, address: Push, value: Push): void {
    address();
    value();
    const kept = this.#pool.take(type);
    this.#code.set(kept).set(this.#locals.address);
    this.#checkedStore(
      access,
      () => this.#code.get(this.#locals.address),
      () => this.#code.get(kept),
    );
  }

  #checkedStore(access: Access, address: Push, value: Push): void {
    this.#lookUp(address, access.size, WRITE_TABLE);
    this.#code.if_(undefined, "likely");
    this.#hostAddress(WRITE_TABLE);
    value();
    this.#code.memory(access.op).else_();
    this.#miss.store(access, value);
    this.#code.end();
  }

  /** Leaves the old value, sign-extended. */
  atomic(operation: AtomicOperation, size: 4 | 8, address: Push, value: Push): void {
    const [place, operand] = this.#keep(address, value);
    const old = this.#pool.take("i64");
    const code = this.#code;
    const access = wordAccess(size);
    this.#checkedLoad("i64", access.load, () => code.get(place), true);
    code.set(old);
    this.#checkedStore(
      access.store,
      () => code.get(place),
      () => this.#combine(operation, size, old, operand),
    );
    code.get(old);
  }

  #combine(operation: AtomicOperation, size: 4 | 8, old: number, operand: number): void {
    const code = this.#code;
    if (operation === "xchg") {
      code.get(operand);
      return;
    }
    code.get(old).get(operand);
    const compare = { min: "lt_s", max: "gt_s", minu: "lt_u", maxu: "gt_u" } as const;
    if (!(operation in compare)) {
      code.op(`i64.${operation}`);
      return;
    }
    code.get(old);
    if (size === 4) code.op("i32.wrap_i64");
    code.get(operand);
    if (size === 4) code.op("i32.wrap_i64");
    code.op(`${size === 4 ? "i32" : "i64"}.${compare[operation as keyof typeof compare]}`).op("select");
  }

  /** Leaves 1 where memory held `expected` and now holds `value`, else 0. */
  compareExchange(size: 4 | 8, address: Push, expected: Push, value: Push): void {
    const [place, wanted, replacement] = this.#keep(address, expected, value);
    const code = this.#code;
    const access = wordAccess(size);
    this.#checkedLoad("i64", access.load, () => code.get(place), true);
    code.get(wanted).op("i64.eq").if_("i32");
    this.#checkedStore(
      access.store,
      () => code.get(place),
      () => code.get(replacement),
    );
    code.i32(1).else_().i32(0).end();
  }

  /** Computes i64 values once, each into a local. */
  #keep<const P extends readonly Push[]>(...values: P): { [K in keyof P]: number } {
    const locals = values.map((push) => {
      const local = this.#pool.take("i64");
      push();
      this.#code.set(local);
      return local;
    });
    return locals as { [K in keyof P]: number };
  }

  /** Leaves 1 where the access hits; `entry` and `distance` then say where. */
  #lookUp(address: Push, size: number, table: number): void {
    const { address: va, entry, distance, dataTlb } = this.#locals;
    address();
    this.#code
      .tee(va)
      .op("i32.wrap_i64")
      .i32(TLB_INDEX_SHIFT)
      .op("i32.shr_u")
      .i32(DATA_INDEX_MASK)
      .op("i32.and");
    this.#code.get(dataTlb).op("i32.add").set(entry);
    this.#code.get(va).get(entry).memory("i64.load", table, 3).op("i64.sub").tee(distance);
    this.#code.i64(BigInt(GUEST_PAGE - size)).op("i64.le_u");
  }

  #hostAddress(table: number): void {
    const { entry, distance } = this.#locals;
    this.#code
      .get(distance)
      .op("i32.wrap_i64")
      .get(entry)
      .memory("i32.load", table + 8, 2)
      .op("i32.add");
  }
}

function wordAccess(size: 4 | 8): { readonly load: Access; readonly store: Access } {
  return size === 4
    ? { load: { op: "i64.load32_s", size }, store: { op: "i64.store32", size } }
    : { load: { op: "i64.load", size }, store: { op: "i64.store", size } };
}
