/**
 * Lets the thread that runs a guest go first where cores are few: the threads that compile for it wait, not it. Only Linux
 * gives threads priorities of their own; elsewhere nothing changes.
 */

import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";
import { basename } from "node:path";

/** Added to the nice value of threads that wait: they get a quarter of a core that a guest wants too. */
const WAITING = 5;

/** The calling thread, proc(5); absent on other systems, and where /proc is not mounted. */
const OWN = "/proc/thread-self";

/** Puts the other threads that the process has now, V8's helpers, after this one. */
export function letOthersWait(): void {
  if (!existsSync(OWN)) return;
  const own = ownThread();
  for (const thread of readdirSync("/proc/self/task")) if (thread !== own) putAfter(own, thread);
}

/** Puts this thread after those that are as it is now. */
export function waitForOthers(): void {
  if (existsSync(OWN)) putAfter(ownThread(), ownThread());
}

function ownThread(): string {
  return basename(readlinkSync(OWN));
}

function putAfter(first: string, thread: string): void {
  try {
    setPriority(
      Number(thread),
      Math.min(getPriority(Number(first)) + WAITING, constants.priority.PRIORITY_LOW),
    );
  } catch {
    // The thread has ended, or there is no permission: then all stay equal.
  }
}
