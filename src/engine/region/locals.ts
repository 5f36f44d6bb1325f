/** The local variables of a region: guest registers, and what its code works with. */

import type { FunctionWriter } from "../../wasm/function-writer.ts";
import type { AccessLocals } from "../guest-memory-code.ts";
import type { RegisterFile } from "../state-layout.ts";

interface GuestRegister {
  readonly local: number;
  /** Offset in the hart's state. */
  readonly offset: number;
  written: boolean;
}

export class RegionLocals implements AccessLocals {
  readonly dataTlb: number;
  readonly address: number;
  readonly distance: number;
  readonly entry: number;
  /** Steps left. */
  readonly budget: number;
  /** Virtual address of the page. */
  readonly pageAddress: number;
  /** Where an indirect jump, or an exit, goes. */
  readonly target: number;
  /** What the region returns. */
  readonly status: number;
  readonly #code: FunctionWriter;
  readonly #registers = new Map<string, GuestRegister>();

  constructor(code: FunctionWriter) {
    this.#code = code;
    this.dataTlb = code.local("i32", "dataTlb");
    this.entry = code.local("i32", "entry");
    this.budget = code.local("i32", "budget");
    this.status = code.local("i32", "status");
    this.address = code.local("i64", "address");
    this.distance = code.local("i64", "distance");
    this.pageAddress = code.local("i64", "pageAddress");
    this.target = code.local("i64", "target");
  }

  /** The local of a guest register. */
  register(file: RegisterFile, index: number): number {
    return this.#find(file, index).local;
  }

  /** The same, for writing: it must be stored where the region is left. */
  writtenRegister(file: RegisterFile, index: number): number {
    const register = this.#find(file, index);
    register.written = true;
    return register.local;
  }

  get registers(): Iterable<Readonly<GuestRegister>> {
    return this.#registers.values();
  }

  #find(file: RegisterFile, index: number): GuestRegister {
    const name = file.names[index] ?? `${file.name}${index}`;
    const known = this.#registers.get(name);
    if (known) return known;
    const register = {
      local: this.#code.local("i64", name),
      offset: file.offset + 8 * index,
      written: false,
    };
    this.#registers.set(name, register);
    return register;
  }
}
