/** Labels and gotos. ISO 7185, sections 6.8.1 and 6.8.2.4: a goto leads out of statements, never into one. */

import type { Label } from "../ast.ts";
import type { LabelTarget } from "../tree.ts";
import type { Context } from "./context.ts";

interface KnownLabel {
  readonly target: LabelTarget;
  readonly at: number;
  /** The structured statements round the place that it marks, from the outermost. */
  path?: readonly number[];
}

interface Goto {
  readonly label: Label;
  readonly known: KnownLabel;
  readonly path: readonly number[];
  readonly level: number;
}

/** The labels of a block and of those round it. */
export class LabelChecker {
  readonly #context: Context;
  readonly #blocks: Map<number, KnownLabel>[] = [];
  readonly #gotos: Goto[][] = [];
  #path: number[] = [];
  readonly #paths: number[][] = [];
  #statements = 0;
  #labels = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  openBlock(labels: readonly Label[]): void {
    const known = new Map<number, KnownLabel>();
    for (const { value, at } of labels) {
      if (value > 9999) this.#context.error(at, "a label must be from 0 to 9999");
      if (known.has(value)) this.#context.error(at, `the label ${value} is declared twice`);
      const target = { value, level: this.#context.level, number: ++this.#labels, isOuter: false };
      known.set(value, { target, at });
    }
    this.#blocks.push(known);
    this.#gotos.push([]);
    this.#paths.push(this.#path);
    this.#path = [];
  }

  closeBlock(): void {
    for (const { target, at, path } of this.#blocks.pop()?.values() ?? []) {
      if (!path) this.#context.error(at, `the label ${target.value} marks no statement`);
    }
    for (const jump of this.#gotos.pop() ?? []) this.#checkGoto(jump);
    this.#path = this.#paths.pop() ?? [];
  }

  #checkGoto({ label, known, path, level }: Goto): void {
    const to = known.path;
    if (!to) return;
    const isInside =
      level > known.target.level ? to.length === 0 : to.every((step, index) => path[index] === step);
    if (!isInside) {
      this.#context.error(
        label.at,
        `this goto leads into a statement: the label ${label.value} cannot be reached from here`,
      );
    }
  }

  /** Checks what is inside a structured statement. */
  inside<T>(check: () => T): T {
    this.#path = [...this.#path, ++this.#statements];
    const result = check();
    this.#path = this.#path.slice(0, -1);
    return result;
  }

  /** A statement is marked. */
  mark({ value, at }: Label): LabelTarget | undefined {
    const known = this.#blocks.at(-1)?.get(value);
    if (!known) {
      this.#context.error(at, `the label ${value} is not declared in this block`);
      return undefined;
    }
    if (known.path) this.#context.error(at, `the label ${value} marks two statements`);
    known.path = this.#path;
    return known.target;
  }

  goto(label: Label): LabelTarget | undefined {
    for (let block = this.#blocks.length - 1; block >= 0; block--) {
      const known = this.#blocks[block]?.get(label.value);
      if (!known) continue;
      if (block < this.#blocks.length - 1) known.target.isOuter = true;
      this.#gotos[block]?.push({ label, known, path: this.#path, level: this.#context.level });
      return known.target;
    }
    this.#context.error(label.at, `the label ${label.value} is not declared`);
    return undefined;
  }
}
