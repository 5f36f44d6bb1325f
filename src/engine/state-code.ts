/** Code that reads and writes a hart's state: its slots are at addresses that are known when the code is written. */

import type { FunctionWriter } from "../wasm/function-writer.ts";
import type { HartMap } from "./memory-map.ts";

/** A slot of the state, or a register. */
interface Place {
  readonly offset: number;
  readonly type: "u8" | "i32" | "i64" | "f64";
}

export class StateCode {
  readonly #code: FunctionWriter;
  readonly #state: number;

  constructor(code: FunctionWriter, { state }: Pick<HartMap, "state">) {
    this.#code = code;
    this.#state = state;
  }

  /** Leaves a slot's value; that of a table so many bytes from its start. */
  load({ type, offset }: Place, index?: () => void): FunctionWriter {
    if (index) index();
    else this.#code.i32(0);
    return this.#code.memory(type === "u8" ? "i32.load8_u" : `${type}.load`, this.#state + offset);
  }

  store({ type, offset }: Place, value: () => void): FunctionWriter {
    this.#code.i32(0);
    value();
    const op = type === "u8" ? "i32.store8" : `${type}.store`;
    return this.#code.memory(op, this.#state + offset);
  }

  /** Counts one more entry of a log of `entries`, a power of two; its place in bytes from the log's start goes to a local. */
  countEntry(count: Place, entries: number, bytes: number, place: number): void {
    this.load(count).set(place);
    this.store(count, () => this.#code.get(place).i32(1).op("i32.add"));
    this.#code
      .get(place)
      .i32(entries - 1)
      .op("i32.and")
      .i32(Math.log2(bytes))
      .op("i32.shl")
      .set(place);
  }

  /** Writes into an entry of a log, `offset` bytes from its start. */
  storeInEntry(log: Place, place: number, offset: number, op: string, value: () => void): void {
    this.#code.get(place);
    value();
    this.#code.memory(op, this.#state + log.offset + offset);
  }
}
