/** How system calls wait: they yield what they wait for, and go on when it has come. */

export class WaitQueue {
  readonly #waiting = new Set<() => void>();

  add(wake: () => void): void {
    this.#waiting.add(wake);
  }

  remove(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  /** Whoever waits looks again. */
  wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** What a task waits for: any of the queues, or the time (nanoseconds of the monotonic clock). */
export interface Wait {
  readonly queues: readonly WaitQueue[];
  readonly deadline?: number | undefined;
  /** Signals do not end it. */
  readonly uninterruptible?: boolean;
}

/** Why a task goes on. */
export type Wakeup = "ready" | "timeout" | "signal";

/** A system call that may wait. */
export type Blocking<T> = Generator<Wait, T, Wakeup>;
