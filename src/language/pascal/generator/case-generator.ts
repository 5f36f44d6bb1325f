/** Case statements: a table of jumps where the constants lie close together, else comparisons. ISO 7185, section 6.8.3.5. */

import type { Action } from "../tree.ts";
import type { ValueGenerator } from "./value-generator.ts";

type CaseAction = Extract<Action, { kind: "case" }>;

interface Arm {
  readonly value: number;
  readonly label: number;
}

/** Of so many constants at least a table is made, if it is not too much longer than they are. */
const LEAST_FOR_TABLE = 5;
const MOST_IN_TABLE = 10_000;
/** Up to so many constants are compared with one after the other. */
const MOST_IN_A_ROW = 4;

export class CaseGenerator {
  readonly #values: ValueGenerator;

  constructor(values: ValueGenerator) {
    this.#values = values;
  }

  case({ selector, cases, otherwise, at }: CaseAction, body: (action: Action) => void): void {
    const { frame } = this.#values;
    const { code } = frame;
    const [missing, end] = [code.label(), code.label()];
    const arms: Arm[] = [];
    const labels = cases.map(({ values }) => {
      const label = code.label();
      for (const value of values) arms.push({ value, label });
      return label;
    });
    arms.sort((one, other) => one.value - other.value);
    this.#values.evaluate(selector);
    this.#choose(arms, missing);
    for (const [index, one] of cases.entries()) {
      code.place(labels[index] ?? missing);
      body(one.body);
      code.emit("jmp", end);
    }
    code.place(missing);
    code.at(at);
    if (otherwise) body(otherwise);
    else if (frame.checks) code.check("case", "trap");
    code.place(end);
  }

  #choose(arms: readonly Arm[], missing: number): void {
    const { frame } = this.#values;
    const { code } = frame;
    const low = arms[0]?.value ?? 0;
    const span = (arms.at(-1)?.value ?? 0) - low + 1;
    if (arms.length >= LEAST_FOR_TABLE && span <= 4 * arms.length && span <= MOST_IN_TABLE) {
      this.#table(arms, low, span, missing);
      return;
    }
    const selector = frame.temporary();
    frame.store(selector, "long");
    this.#search(arms, missing, (value, operation, label) => {
      frame.load(selector, "long");
      code.integer(value);
      code.emit(operation);
      code.emit("jnz", label);
    });
  }

  #table(arms: readonly Arm[], low: number, span: number, missing: number): void {
    const { code } = this.#values.frame;
    const labels = new Map(arms.map(({ value, label }) => [value, label]));
    code.add(-low);
    code.emit("jtab", span);
    for (let value = low; value < low + span; value++) code.emit("jmp", labels.get(value) ?? missing);
    code.emit("jmp", missing);
  }

  #search(
    arms: readonly Arm[],
    missing: number,
    jumpIf: (value: number, operation: "eq" | "ge", label: number) => void,
  ): void {
    const { code } = this.#values.frame;
    if (arms.length > MOST_IN_A_ROW) {
      const middle = arms.length >> 1;
      const upper = code.label();
      jumpIf(arms[middle]?.value ?? 0, "ge", upper);
      this.#search(arms.slice(0, middle), missing, jumpIf);
      code.place(upper);
      this.#search(arms.slice(middle), missing, jumpIf);
      return;
    }
    for (const { value, label } of arms) jumpIf(value, "eq", label);
    code.emit("jmp", missing);
  }
}
