/**
 * Every system call of Linux's generic table (include/uapi/asm-generic/unistd.h), by number: what there is of it, and what
 * makes it. docs/system-calls.md is made from this (`npm run docs:system-calls`).
 */

import type { SystemCall } from "./call.ts";
import { memory } from "./memory.ts";
import { processes } from "./processes.ts";
import { readWrite } from "./read-write.ts";
import { system } from "./system.ts";
import { usage } from "./usage.ts";

/** The families, by the name of the file that has them. */
export const families: Readonly<Record<string, Readonly<Record<string, SystemCall>>>> = {
  "read-write": readWrite,
  memory,
  processes,
  system,
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
