/** How a system call is described: its number, the kinds of its arguments, what does it, and what is missing. */

import { failed, type Outcome } from "../../base/errno.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Process } from "../kernel/process.ts";
import type { CallResult, Task } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import type { UserMemory } from "../memory/user-memory.ts";

/** For whom a call is made. */
export interface CallContext {
  readonly kernel: Kernel;
  readonly task: Task;
  readonly process: Process;
  readonly memory: UserMemory;
}

/** What an argument means. Registers come in halves of 32 bits, both signed. */
export interface Kind<T> {
  decode(context: CallContext, low: number, high: number): Outcome<T>;
  /** As strace(1) prints it. `count`: how many bytes a buffer has. */
  show(context: CallContext, low: number, high: number, count: number): string;
}

type Kinds = readonly Kind<unknown>[];
type ValueOf<K> = K extends Kind<infer T> ? T : never;
type Values<K extends Kinds> = { [Index in keyof K]: ValueOf<K[Index]> };
export type AnyResult = CallResult | Blocking<CallResult>;

export interface SystemCall {
  readonly number: number;
  readonly kinds: Kinds;
  /** What it lacks; undefined where it is all there. */
  readonly missing: string | undefined;
  make(context: CallContext, halves: readonly (readonly [number, number])[]): AnyResult;
}

/** Describes a system call. Arguments are decoded before `handler` is called: bad ones never reach it. */
export function call<const K extends Kinds>(
  number: number,
  kinds: K,
  handler: (context: CallContext, ...values: Values<K>) => AnyResult,
  missing?: string,
): SystemCall {
  return {
    number,
    kinds,
    missing,
    make: (context, halves) => {
      const values: unknown[] = [];
      for (const [index, kind] of kinds.entries()) {
        const [low, high] = halves[index] ?? [0, 0];
        const value = kind.decode(context, low, high);
        if (failed(value)) return value;
        values.push(value);
      }
      return handler(context, ...(values as unknown as Values<K>));
    },
  };
}
