/**
 * The code of accesses to guest memory through the TLB, for every technique. What follows where the TLB does not answer is
 * the technique's: it may do the access by other means, or leave.
 */

import type { FunctionWriter } from "../wasm/function-writer.ts";
import type { ValueType } from "../wasm/types.ts";
import { pushTlbIndex } from "./address-code.ts";
import type { Access, AtomicOperation, Reaching } from "./ir.ts";
import type { LocalPool, Push } from "./lowering.ts";
import { type FlatRange, GUEST_PAGE } from "./memory-map.ts";
import { DATA_INDEX_MASK, WRITE_TABLE } from "./tlb.ts";

/** Local variables that the code uses; after a miss `address` (i64) holds the guest address. */
export interface AccessLocals {
  readonly dataTlb: number;
  readonly address: number;
  readonly entry: number;
}

/** Code for accesses that the TLB did not answer. */
export interface MissCode {
  /**
   * Leaves the address in linear memory (i32) from which the access is then done, or does not come back.
   * `forWrite`: the place is about to be written.
   */
  load(access: Access, forWrite: boolean): void;
  /**
   * The same for all accesses of a group, `size` bytes together. Where it is absent, a group whose place is not known at once
   * looks for that of each of its accesses.
   */
  group?(size: number, access: Reaching): void;
  /** The same for the place to which a value is then stored; or does the store itself, and leaves nothing. */
  store:
    | { readonly place: (access: Access) => void }
    | { readonly done: (access: Access, value: Push) => void };
}

/** The flat range, and how many bytes of it may be accessed (i64). */
export interface FlatAccess extends FlatRange {
  readonly bytes: Push;
}

/** An access of a group, and the group's place: 0 in `base` where it is not known, if the technique lets that be. */
export interface Reached {
  readonly base: Push;
  readonly offset: number;
}

export class GuestMemoryCode {
  readonly #code: FunctionWriter;
  readonly #pool: LocalPool;
  readonly #locals: AccessLocals;
  readonly #miss: MissCode;
  readonly #flat: FlatAccess | undefined;
  /** What is to be added to a place, as it is handled here, to get the one in linear memory. */
  readonly #distance: number;

  constructor(
    code: FunctionWriter,
    pool: LocalPool,
    locals: AccessLocals,
    miss: MissCode,
    flat?: FlatAccess,
  ) {
    this.#code = code;
    this.#pool = pool;
    this.#locals = locals;
    this.#miss = miss;
    this.#flat = flat;
    this.#distance = flat ? flat.host - flat.low : 0;
  }

  /** Leaves the value. */
  load(access: Access, address: Push, reached?: Reached): void {
    if (this.#isBounded(access)) {
      address();
      this.#code.op("i32.wrap_i64");
      this.#access(access);
      return;
    }
    const miss = () => {
      this.#miss.load(access, false);
      this.#toPlace();
    };
    if (reached) this.#reachedPlace(reached, address, miss);
    else this.#place(access.size, 0, address, miss);
    this.#access(access, reached?.offset);
  }

  store(type: ValueType, access: Access, address: Push, value: Push, reached?: Reached): void {
    if (reached && this.#miss.group) {
      reached.base();
      value();
      this.#access(access, reached.offset);
      return;
    }
    address();
    if (this.#isBounded(access)) {
      this.#code.op("i32.wrap_i64");
      value();
      this.#access(access);
      return;
    }
    value();
    const kept = this.#pool.take(type);
    this.#code.set(kept).set(this.#locals.address);
    const again = () => this.#code.get(this.#locals.address);
    this.#checkedStore(access, again, () => this.#code.get(kept), reached);
  }

  #checkedStore(access: Access, address: Push, value: Push, reached?: Reached): void {
    const { store } = this.#miss;
    if ("place" in store) {
      const miss = () => {
        store.place(access);
        this.#toPlace();
      };
      if (reached) this.#reachedPlace(reached, address, miss);
      else this.#place(access.size, WRITE_TABLE, address, miss);
      value();
      this.#access(access, reached?.offset);
      return;
    }
    address();
    this.#code.set(this.#locals.address);
    if (this.#flat) {
      this.#isFlat(this.#flat);
      this.#code.if_(undefined, "likely");
      this.#code.get(this.#locals.address).op("i32.wrap_i64");
      value();
      this.#access(access);
      this.#code.else_();
    }
    this.#lookUp(access.size, WRITE_TABLE);
    this.#code.if_(undefined, "likely");
    this.#hostAddress(WRITE_TABLE);
    value();
    this.#code.memory(access.op).else_();
    store.done(access, value);
    this.#code.end();
    if (this.#flat) this.#code.end();
  }

  #isBounded({ isBounded = false }: Access): boolean {
    return isBounded && this.#flat?.always === true;
  }

  /** Leaves 1 where `address` may be accessed in the flat range. */
  #isFlat({ low, bytes }: FlatAccess): void {
    this.#code.get(this.#locals.address).i64(BigInt(low)).op("i64.sub");
    bytes();
    this.#code.op("i64.lt_u");
  }

  /** Does an access at a place. */
  #access({ op }: Access, offset = 0): void {
    this.#code.memory(op, this.#distance + offset);
  }

  /** Leaves the place of a group of accesses, `size` bytes that are flat or in one page. */
  reach(size: number, access: Reaching, address: Push): void {
    this.#place(size, access === "read" ? 0 : WRITE_TABLE, address, () => {
      if (!this.#miss.group) {
        this.#code.i32(0);
        return;
      }
      this.#miss.group(size, access);
      this.#toPlace();
    });
  }

  /** Leaves the place of a group; where it is not known, the one that is right for this access. */
  #reachedPlace({ base, offset }: Reached, address: Push, miss: () => void): void {
    base();
    if (this.#miss.group) return;
    this.#code.if_("i32", "likely");
    base();
    this.#code.else_();
    address();
    this.#code.set(this.#locals.address);
    miss();
    if (offset !== 0) this.#code.i32(offset).op("i32.sub");
    this.#code.end();
  }

  /** Leaves a place. */
  #place(size: number, table: number, address: Push, miss: () => void): void {
    const { address: va } = this.#locals;
    address();
    this.#code.set(va);
    if (this.#flat) {
      this.#isFlat(this.#flat);
      this.#code.if_("i32", "likely");
      this.#code.get(va).op("i32.wrap_i64").else_();
    }
    this.#lookUp(size, table);
    this.#code.if_("i32", "likely");
    this.#hostAddress(table);
    this.#toPlace();
    this.#code.else_();
    miss();
    this.#code.end();
    if (this.#flat) this.#code.end();
  }

  /** Leaves the old value, sign-extended. */
  atomic(operation: AtomicOperation, size: 4 | 8, address: Push, value: Push): void {
    const [place, operand] = this.#keep(address, value);
    const old = this.#pool.take("i64");
    const code = this.#code;
    const access = wordAccess(size);
    this.#loadForWrite(access.load, place);
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
    this.#loadForWrite(access.load, place);
    code.get(wanted).op("i64.eq").if_("i32");
    this.#checkedStore(
      access.store,
      () => code.get(place),
      () => code.get(replacement),
    );
    code.i32(1).else_().i32(0).end();
  }

  #loadForWrite(access: Access, address: number): void {
    const miss = () => {
      this.#miss.load(access, true);
      this.#toPlace();
    };
    this.#place(access.size, WRITE_TABLE, () => this.#code.get(address), miss);
    this.#access(access);
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

  /** Leaves 1 where the access at `address` hits the TLB; `entry` then says where. */
  #lookUp(size: number, table: number): void {
    const { address: va, entry, dataTlb } = this.#locals;
    pushTlbIndex(this.#code, va, DATA_INDEX_MASK).get(dataTlb).op("i32.add").set(entry);
    this.#code.get(entry).memory("i64.load", table, 3).get(va).op("i64.add");
    this.#code.i64(BigInt(GUEST_PAGE - size)).op("i64.le_u");
  }

  /** Makes a place of the address in linear memory that was left. */
  #toPlace(): void {
    if (this.#distance !== 0) this.#code.i32(this.#distance).op("i32.sub");
  }

  #hostAddress(table: number): void {
    const { address, entry } = this.#locals;
    this.#code
      .get(address)
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
