/** What tells a futex from all others (futex(2)). */

import type { AddressSpace } from "../memory/address-space.ts";
import { Access } from "../processor.ts";
import type { Process } from "./process.ts";

/** The key of a futex that only the threads of a process share: its address. */
export function futexKey({ memory }: Process, address: number): string {
  return `${memory.space.id}:${address}`;
}

/** The key of one that others may have mapped too: its place in memory. Undefined where the memory is not shared, or not there. */
export function sharedFutexKey(space: AddressSpace, address: number): string | undefined {
  if (!space.mappingAt(address)?.shared) return undefined;
  const offset = space.translate(address, Access.read);
  return offset < 0 ? undefined : `shared:${offset}`;
}
