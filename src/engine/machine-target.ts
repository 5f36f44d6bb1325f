/** What lowering has in common in all techniques: slots of the state, and guest memory. */

import type { FunctionWriter } from "../wasm/function-writer.ts";
import type { GuestMemoryCode } from "./guest-memory-code.ts";
import type { Node, Routine } from "./ir.ts";
import type { Push } from "./lowering.ts";
import type { HartMap } from "./memory-map.ts";
import { ResolvedTarget } from "./resolved-target.ts";
import type { FindRoutine } from "./routines.ts";
import { StateCode } from "./state-code.ts";

export type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

export abstract class MachineTarget extends ResolvedTarget {
  protected readonly code: FunctionWriter;
  protected readonly hart: HartMap;
  protected readonly state: StateCode;
  readonly #find: FindRoutine;
  protected abstract readonly memory: GuestMemoryCode;

  constructor(code: FunctionWriter, hart: HartMap, find: FindRoutine) {
    super();
    this.code = code;
    this.hart = hart;
    this.state = new StateCode(code, hart);
    this.#find = find;
  }

  routine(routine: Routine, args: readonly Push[]): void {
    for (const push of args) push();
    this.code.call(this.#find(routine));
  }

  readState({ slot }: NodeOf<"readState">, index: Push | undefined): void {
    this.state.load(slot, index);
  }

  writeState({ slot }: NodeOf<"writeState">, value: Push): void {
    this.state.store(slot, value);
  }

  protected stateAddress(slot: { readonly offset: number }): number {
    return this.hart.state + slot.offset;
  }

  load({ access, reached }: NodeOf<"load">, address: Push, base?: Push): void {
    this.memory.load(access, address, reached && base && { base, offset: reached.offset });
  }

  store({ access, value, reached }: NodeOf<"store">, address: Push, push: Push, base?: Push): void {
    const known = reached && base && { base, offset: reached.offset };
    this.memory.store(value.type, access, address, push, known);
  }

  atomic({ operation, size }: NodeOf<"atomic">, address: Push, value: Push): void {
    this.memory.atomic(operation, size, address, value);
  }

  compareExchange({ size }: NodeOf<"compareExchange">, address: Push, expected: Push, value: Push): void {
    this.memory.compareExchange(size, address, expected, value);
  }

  reach({ size, access }: NodeOf<"reach">, address: Push): void {
    this.memory.reach(size, access, address);
  }
}
