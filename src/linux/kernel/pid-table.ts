/** Numbers of processes and threads (pid_namespaces(7): this is a namespace of its own). */

import type { Process } from "./process.ts";
import type { Task } from "./task.ts";

/** The first program's; 1 is the init that nobody sees. */
export const FIRST_PID = 2;
const PID_MAX = 32768;

export class PidTable {
  readonly #processes = new Map<number, Process>();
  readonly #tasks = new Map<number, Task>();
  readonly #most: number;
  #next = FIRST_PID;

  /** @param most processes and threads that may be there at a time */
  constructor(most: number) {
    this.#most = most;
  }

  get processes(): Iterable<Process> {
    return this.#processes.values();
  }

  get count(): number {
    return this.#tasks.size;
  }

  process(id: number): Process | undefined {
    return this.#processes.get(id);
  }

  task(id: number): Task | undefined {
    return this.#tasks.get(id);
  }

  /** Processes of a group. */
  group(id: number): Process[] {
    return [...this.#processes.values()].filter(({ group }) => group === id);
  }

  /** A number that is neither a task's nor a process's, a group's or a session's; undefined where there are too many. */
  allocate(): number | undefined {
    if (Math.max(this.#tasks.size, this.#processes.size) >= this.#most) return undefined;
    for (let tries = 0; tries < PID_MAX; tries++) {
      const id = this.#next;
      this.#next = id + 1 >= PID_MAX ? FIRST_PID : id + 1;
      if (!this.#isUsed(id)) return id;
    }
    return undefined;
  }

  #isUsed(id: number): boolean {
    if (this.#tasks.has(id) || this.#processes.has(id)) return true;
    for (const { group, session } of this.#processes.values())
      if (group === id || session === id) return true;
    return false;
  }

  addProcess(process: Process): void {
    this.#processes.set(process.id, process);
  }

  removeProcess(process: Process): void {
    this.#processes.delete(process.id);
  }

  addTask(task: Task): void {
    this.#tasks.set(task.id, task);
  }

  removeTask(task: Task): void {
    if (this.#tasks.get(task.id) === task) this.#tasks.delete(task.id);
  }
}
