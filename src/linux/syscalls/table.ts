/**
 * Every system call of Linux's generic table (include/uapi/asm-generic/unistd.h), by number: what there is of it, and what
 * makes it. docs/system-calls.md is made from this (`npm run docs:system-calls`).
 */

import { attributes } from "./attributes.ts";
import type { SystemCall } from "./call.ts";
import { clones } from "./clone.ts";
import { copies } from "./copies.ts";
import { directories } from "./directories.ts";
import { events } from "./events.ts";
import { control } from "./fcntl.ts";
import { futexes } from "./futex.ts";
import { identity } from "./identity.ts";
import { inotify } from "./inotify.ts";
import { links } from "./links.ts";
import { locks } from "./locks.ts";
import { manyMessages } from "./many-messages.ts";
import { memory } from "./memory.ts";
import { messageQueues } from "./message-queues.ts";
import { messages } from "./messages.ts";
import { open } from "./open.ts";
import { pidfd } from "./pidfd.ts";
import { polls } from "./poll.ts";
import { priority } from "./priority.ts";
import { processMemory } from "./process-memory.ts";
import { processes } from "./processes.ts";
import { readWrite } from "./read-write.ts";
import { scheduling } from "./scheduling.ts";
import { semaphores } from "./semaphores.ts";
import { sharedMemory } from "./shared-memory.ts";
import { signals } from "./signals.ts";
import { socketOptions } from "./socket-options.ts";
import { sockets } from "./sockets.ts";
import { splices } from "./splice.ts";
import { stat } from "./stat.ts";
import { system } from "./system.ts";
import { terminal } from "./terminal.ts";
import { time } from "./time.ts";
import { timers } from "./timers.ts";
import { usage } from "./usage.ts";
import { waits } from "./wait.ts";

/** The families, by the name of the file that has them. */
export const families: Readonly<Record<string, Readonly<Record<string, SystemCall>>>> = {
  "read-write": readWrite,
  copies,
  splice: splices,
  open,
  fcntl: control,
  locks,
  directories,
  links,
  stat,
  attributes,
  signals,
  events,
  inotify,
  poll: polls,
  sockets,
  "socket-options": socketOptions,
  messages,
  "many-messages": manyMessages,
  terminal,
  futex: futexes,
  time,
  timers,
  identity,
  memory,
  "shared-memory": sharedMemory,
  semaphores,
  "message-queues": messageQueues,
  processes,
  "process-memory": processMemory,
  clone: clones,
  wait: waits,
  pidfd,
  system,
  scheduling,
  priority,
  usage,
};

export interface NamedCall {
  readonly name: string;
  readonly family: string;
  readonly call: SystemCall;
}

/** By number. */
export const callsByNumber: ReadonlyMap<number, NamedCall> = new Map(
  Object.entries(families).flatMap(([family, calls]) =>
    Object.entries(calls).map(([name, call]) => [call.number, { name, family, call }] as const),
  ),
);
