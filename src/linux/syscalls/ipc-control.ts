/** What shmctl(2), semctl(2) and msgctl(2) have in common. */

import { viewOf } from "../../base/bytes.ts";
import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import { type IpcObject, type IpcTable, PERMISSION_BYTES } from "../kernel/ipc-table.ts";
import type { CallContext } from "./call.ts";

export const IPC_RMID = 0;
export const IPC_SET = 1;
export const IPC_STAT = 2;
export const IPC_INFO = 3;

/** S_IRUGO and S_IWUGO. */
export const READ = 0o444;
export const WRITE = 0o222;

const EACCES: Failure = { errno: "EACCES" };

export const secondsOf = ({ kernel }: CallContext): number =>
  Math.floor(Number(kernel.platform.clocks.realtime() / 1_000_000_000n));

export const creatorOf = (context: CallContext) => ({
  credentials: context.process.credentials,
  now: secondsOf(context),
});

/** An object that may be read or written. */
export function accessible<T extends IpcObject>(
  { process }: CallContext,
  table: IpcTable<T>,
  id: number,
  access: number,
): Outcome<T> {
  const object = table.find(id);
  if (failed(object)) return object;
  return object.mayAccess(process.credentials, access) ? object : EACCES;
}

/** An object that may be changed and removed: by its owner, its creator, and root. */
export function changeable<T extends IpcObject>(
  { process }: CallContext,
  table: IpcTable<T>,
  id: number,
): Outcome<T> {
  const object = table.find(id);
  if (failed(object)) return object;
  return object.mayChange(process.credentials) ? object : { errno: "EPERM" };
}

/** How a kind of object is shown: its structure, and the command that shows it to everyone (as SHM_STAT_ANY). */
interface Status<T> {
  readonly command: number;
  readonly forAnyone: number;
  readonly bytes: (object: T) => Uint8Array;
}

/** IPC_STAT, and the commands that take a place in the table and give the number (as SHM_STAT). */
export function putStatus<T extends IpcObject>(
  context: CallContext,
  table: IpcTable<T>,
  id: number,
  result: number,
  { command, forAnyone, bytes }: Status<T>,
): Outcome<number> {
  const byPlace = command !== IPC_STAT;
  const object = byPlace ? (table.at(id) ?? { errno: "EINVAL" as const }) : table.find(id);
  if (failed(object)) return object;
  if (command !== forAnyone && !object.mayAccess(context.process.credentials, READ)) return EACCES;
  const done = context.memory.put(result, bytes(object));
  return failed(done) ? done : byPlace ? object.id : 0;
}

/** IPC_RMID. */
export function remove<T extends IpcObject>(
  context: CallContext,
  table: IpcTable<T>,
  id: number,
  removed: (object: T) => void,
): Outcome<0> {
  const object = changeable(context, table, id);
  if (failed(object)) return object;
  removed(object);
  return 0;
}

/** IPC_SET: the view of the structure, once it is known that it may be used. */
export function setPermissions<T extends IpcObject>(
  context: CallContext,
  table: IpcTable<T>,
  id: number,
  address: number,
  length: number,
  apply: (object: T, view: DataView) => Failure | undefined,
): Outcome<0> {
  const view = context.memory.get(address, length);
  if (failed(view)) return view;
  const object = changeable(context, table, id);
  if (failed(object)) return object;
  const refused = apply(object, view);
  if (refused) return refused;
  object.setPermissions(view, secondsOf(context));
  return 0;
}

/** A structure that begins with struct ipc64_perm and goes on with 64-bit numbers. */
export function statusBytes(object: IpcObject, length: number, words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(object.permissionBytes());
  for (const [index, word] of words.entries())
    viewOf(bytes).setBigUint64(PERMISSION_BYTES + 8 * index, BigInt(word), true);
  return bytes;
}

/** Two 32-bit numbers in one word of such a structure. */
export const pair = (low: number, high: number): number => high * 2 ** 32 + low;

/** Numbers of one size in memory order. */
export function numberBytes(size: 4 | 8, numbers: readonly (number | bigint)[]): Uint8Array {
  const bytes = new Uint8Array(size * numbers.length);
  for (const [index, number] of numbers.entries()) {
    if (size === 4) viewOf(bytes).setInt32(4 * index, Number(number), true);
    else viewOf(bytes).setBigUint64(8 * index, BigInt(number), true);
  }
  return bytes;
}
