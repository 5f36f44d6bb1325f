/**
 * Who runs: the tasks that are ready take turns, in the order in which they became ready. A turn is so many steps, so that
 * without outside events a run is the same each time.
 */

import type { AddressSpace } from "../memory/address-space.ts";
import type { FlatWindow } from "../memory/flat-window.ts";
import type { Processor } from "../processor.ts";
import type { Task } from "./task.ts";
import { Timers } from "./timers.ts";
import type { Wait, Wakeup } from "./wait.ts";

export class Scheduler {
  readonly timers = new Timers();
  readonly #processor: Processor;
  readonly #window: FlatWindow;
  readonly #ready: Task[] = [];
  /** Whose registers the processor has. */
  #loaded: Task | undefined;
  #space: AddressSpace | undefined;

  constructor(processor: Processor, window: FlatWindow) {
    this.#processor = processor;
    this.#window = window;
  }

  /** The task that runs, or ran last. */
  get current(): Task | undefined {
    return this.#loaded;
  }

  get hasOthers(): boolean {
    return this.#ready.length > 0;
  }

  /** Lets a task take its turn. */
  enqueue(task: Task): void {
    if (!this.#ready.includes(task)) this.#ready.push(task);
  }

  /** The next one that may run. */
  dequeue(): Task | undefined {
    for (let tries = this.#ready.length; tries > 0; tries--) {
      const task = this.#ready.shift();
      if (task?.state !== "ready") continue;
      // SIGKILL is heard by a stopped process too: it has been let go then.
      if (task.process.stoppedBy === undefined) return task;
    }
    return undefined;
  }

  /** Puts a task's registers and memory into the processor. */
  switchTo(task: Task): void {
    if (this.#loaded !== task) {
      if (this.#loaded && this.#loaded.state !== "dead") this.#loaded.registers = this.#processor.save();
      if (task.registers) this.#processor.load(task.registers);
      this.#loaded = task;
    }
    this.useSpace(task.process.memory.space);
  }

  /** Addresses now mean what they mean in this space. */
  useSpace(space: AddressSpace): void {
    if (this.#space === space) return;
    this.#space = space;
    this.#window.use(space);
    this.#processor.flush();
  }

  /** The registers of the task that runs. */
  save() {
    return this.#processor.save();
  }

  /** The task waits; `resume` is called once when it may go on. */
  block(task: Task, wait: Wait, timers: Timers = this.timers): void {
    task.state = "blocked";
    task.interruptible = !wait.uninterruptible;
    const wake = (why: Wakeup) => () => this.wake(task, why);
    const ready = wake("ready");
    for (const queue of wait.queues) queue.add(ready);
    const timer = wait.deadline === undefined ? undefined : timers.add(wait.deadline, wake("timeout"));
    task.stopWaiting = () => {
      for (const queue of wait.queues) queue.remove(ready);
      timers.cancel(timer);
    };
  }

  wake(task: Task, why: Wakeup): void {
    if (task.state !== "blocked") return;
    task.stopWaiting?.();
    task.stopWaiting = undefined;
    task.wakeup = why;
    task.state = "ready";
    this.enqueue(task);
  }

  /** The task never runs again. */
  remove(task: Task): void {
    task.stopWaiting?.();
    task.stopWaiting = undefined;
    task.call = undefined;
    task.state = "dead";
  }
}
