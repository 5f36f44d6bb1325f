/** Semaphores that are changed together (semop(2)). */

import type { Failure, Outcome } from "../../base/errno.ts";
import { Ipc, type IpcCreation, IpcObject } from "./ipc-table.ts";
import type { Process } from "./process.ts";
import type { Task } from "./task.ts";
import { WaitQueue } from "./wait.ts";

/** SEMVMX, and SEMAEM. */
export const LARGEST_VALUE = 32767;
export const SEM_UNDO = 0x1000;

export interface SemaphoreOperation {
  readonly number: number;
  readonly change: number;
  readonly flags: number;
}

interface Semaphore {
  value: number;
  /** The process that changed it last. */
  pid: number;
}

const ERANGE: Failure = { errno: "ERANGE" };

export class SemaphoreSet extends IpcObject {
  readonly semaphores: readonly Semaphore[];
  /** Wakes those that wait for any of them; once more when the set is gone. */
  readonly changed = new WaitQueue();
  /** What those that wait are waiting for. */
  readonly waiting = new Set<SemaphoreOperation & { readonly task: Task }>();
  operationTime = 0;
  isRemoved = false;
  /** What is added when a process ends (SEM_UNDO), by the number of the semaphore. */
  readonly #undos = new Map<Process, Map<number, number>>();

  constructor(creation: IpcCreation, count: number) {
    super(creation);
    this.semaphores = Array.from({ length: count }, () => ({ value: 0, pid: 0 }));
  }

  /** Does all operations or none: that which has to wait, if one has to; ERANGE. */
  operate(
    operations: readonly SemaphoreOperation[],
    process: Process,
    now: number,
  ): Outcome<SemaphoreOperation | "done"> {
    const values = new Map<number, number>();
    const undos = new Map<number, number>();
    for (const operation of operations) {
      const { number, change, flags } = operation;
      const value = values.get(number) ?? this.semaphores[number]?.value ?? 0;
      if (change === 0 ? value !== 0 : value + change < 0) return operation;
      if (value + change > LARGEST_VALUE) return ERANGE;
      values.set(number, value + change);
      if (!(flags & SEM_UNDO)) continue;
      const undo = (undos.get(number) ?? this.#undos.get(process)?.get(number) ?? 0) - change;
      if (undo < -LARGEST_VALUE - 1 || undo > LARGEST_VALUE) return ERANGE;
      undos.set(number, undo);
    }
    for (const [number, value] of values) this.#set(number, value, process);
    if (undos.size > 0) this.#undos.set(process, new Map([...(this.#undos.get(process) ?? []), ...undos]));
    this.operationTime = now;
    if (operations.some(({ change }) => change !== 0)) this.changed.wake();
    return "done";
  }

  #set(number: number, value: number, { id }: Process): void {
    const semaphore = this.semaphores[number];
    if (!semaphore) return;
    semaphore.value = value;
    semaphore.pid = id;
  }

  /** SETVAL, SETALL: nobody will undo what was done to these before. */
  assign(values: ReadonlyMap<number, number>, process: Process, now: number): void {
    for (const [number, value] of values) {
      this.#set(number, value, process);
      for (const undos of this.#undos.values()) undos.delete(number);
    }
    this.changeTime = now;
    this.changed.wake();
  }

  /** A process ended: what it wanted undone is, as far as the values go. */
  ended(process: Process): void {
    const undos = this.#undos.get(process);
    if (!undos) return;
    this.#undos.delete(process);
    for (const [number, change] of undos) {
      const value = (this.semaphores[number]?.value ?? 0) + change;
      this.#set(number, Math.max(0, Math.min(LARGEST_VALUE, value)), process);
    }
    this.changed.wake();
  }

  /** How many wait for a semaphore to become zero, or to grow. */
  waitersFor(semaphore: number, zero: boolean): number {
    for (const each of this.waiting) if (each.task.state === "dead") this.waiting.delete(each);
    const counts = ({ number, change }: SemaphoreOperation) =>
      number === semaphore && (change === 0) === zero;
    return [...this.waiting].filter(counts).length;
  }

  removed(): void {
    this.isRemoved = true;
    this.changed.wake();
  }
}

export const doesNotWait = ({ flags }: SemaphoreOperation): boolean => (flags & Ipc.NOWAIT) !== 0;
