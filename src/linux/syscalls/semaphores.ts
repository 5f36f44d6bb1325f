/** semget(2), semop(2), semtimedop(2), semctl(2). */

import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import {
  doesNotWait,
  LARGEST_VALUE,
  type SemaphoreOperation,
  SemaphoreSet,
} from "../kernel/semaphore-set.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import * as control from "./ipc-control.ts";
import { int, pointer, readTimespec, size } from "./kinds.ts";

/** SEMMSL, SEMOPM, and of all sets together. */
const MOST_IN_SET = 32000;
const MOST_OPERATIONS = 500;
const MOST_SEMAPHORES = 1 << 20;
const MOST_SETS = 4096;
const OPERATION_BYTES = 6;
const EINVAL: Failure = { errno: "EINVAL" };
const ERANGE: Failure = { errno: "ERANGE" };

function get(context: CallContext, key: number, count: number, flags: number): Outcome<number> {
  const table = context.kernel.semaphores;
  if (count < 0 || count > MOST_IN_SET) return EINVAL;
  const found = table.get(
    key,
    flags,
    control.creatorOf(context),
    ({ semaphores }) => (count > semaphores.length ? EINVAL : undefined),
    (creation) => {
      if (count === 0) return EINVAL;
      const others = table.all.reduce((sum, { semaphores }) => sum + semaphores.length, 0);
      return others + count > MOST_SEMAPHORES ? { errno: "ENOSPC" } : new SemaphoreSet(creation, count);
    },
  );
  return failed(found) ? found : found.id;
}

function readOperations(context: CallContext, address: number, count: number): Outcome<SemaphoreOperation[]> {
  const view = context.memory.get(address, OPERATION_BYTES * count);
  if (failed(view)) return view;
  return Array.from({ length: count }, (_, index) => {
    const at = OPERATION_BYTES * index;
    return {
      number: view.getUint16(at, true),
      change: view.getInt16(at + 2, true),
      flags: view.getUint16(at + 4, true),
    };
  });
}

function operate(
  context: CallContext,
  id: number,
  address: number,
  count: number,
  timeoutAt: number,
): AnyResult {
  const { kernel, memory } = context;
  if (count < 1 || id < 0) return EINVAL;
  if (count > MOST_OPERATIONS) return { errno: "E2BIG" };
  const operations = readOperations(context, address, count);
  if (failed(operations)) return operations;
  const time = timeoutAt === 0 ? undefined : memory.get(timeoutAt, 16);
  if (failed(time)) return time;
  const timeout = time && readTimespec(time, 0);
  if (failed(timeout)) return timeout;
  const set = kernel.semaphores.find(id);
  if (failed(set)) return set;
  if (operations.some(({ number }) => number >= set.semaphores.length)) return { errno: "EFBIG" };
  const access = operations.some(({ change }) => change !== 0) ? control.WRITE : control.READ;
  if (!set.mayAccess(context.process.credentials, access)) return { errno: "EACCES" };
  const deadline = timeout === undefined ? undefined : kernel.now + timeout;
  return whenPossible(context, set, operations, deadline);
}

function* whenPossible(
  context: CallContext,
  set: SemaphoreSet,
  operations: readonly SemaphoreOperation[],
  deadline: number | undefined,
): Blocking<CallResult> {
  for (;;) {
    const blocking = set.operate(operations, context.process, control.secondsOf(context));
    if (failed(blocking)) return blocking;
    if (blocking === "done") return 0;
    if (doesNotWait(blocking)) return { errno: "EAGAIN" };
    const waiting = { ...blocking, task: context.task };
    set.waiting.add(waiting);
    const why = yield { queues: [set.changed], deadline };
    set.waiting.delete(waiting);
    if (set.isRemoved) return { errno: "EIDRM" };
    if (why === "timeout") return { errno: "EAGAIN" };
    if (why === "signal") return { errno: "EINTR" };
  }
}

const DS_BYTES = 88;

const status = (set: SemaphoreSet): Uint8Array =>
  control.statusBytes(set, DS_BYTES, [set.operationTime, set.changeTime, set.semaphores.length]);

const Command = {
  GETPID: 11,
  GETVAL: 12,
  GETALL: 13,
  GETNCNT: 14,
  GETZCNT: 15,
  SETVAL: 16,
  SETALL: 17,
  STAT: 18,
  INFO: 19,
  STAT_ANY: 20,
} as const;

const SHOWN = { forAnyone: Command.STAT_ANY, bytes: status };

function semctl(
  context: CallContext,
  id: number,
  number: number,
  command: number,
  argument: number,
): Outcome<number> {
  const table = context.kernel.semaphores;
  switch (command) {
    case control.IPC_STAT:
    case Command.STAT:
    case Command.STAT_ANY:
      return control.putStatus(context, table, id, argument, { ...SHOWN, command });
    case control.IPC_SET:
      return control.setPermissions(context, table, id, argument, DS_BYTES, () => undefined);
    case control.IPC_RMID:
      return control.remove(context, table, id, (set) => {
        table.remove(set);
        set.removed();
      });
    case control.IPC_INFO:
    case Command.INFO:
      return putLimits(context, argument, command === Command.INFO);
    case Command.SETVAL:
      return setValue(context, id, number, argument | 0);
    case Command.SETALL:
      return setAll(context, id, argument);
    case Command.GETALL:
      return getAll(context, id, argument);
    default:
      return ask(context, id, number, command);
  }
}

function ask(context: CallContext, id: number, number: number, command: number): Outcome<number> {
  const known: readonly number[] = [Command.GETPID, Command.GETVAL, Command.GETNCNT, Command.GETZCNT];
  if (!known.includes(command)) return EINVAL;
  const set = control.accessible(context, context.kernel.semaphores, id, control.READ);
  if (failed(set)) return set;
  const semaphore = set.semaphores[number];
  if (!semaphore) return EINVAL;
  if (command === Command.GETVAL) return semaphore.value;
  if (command === Command.GETPID) return semaphore.pid;
  return set.waitersFor(number, command === Command.GETZCNT);
}

function setValue(context: CallContext, id: number, number: number, value: number): Outcome<number> {
  if (value < 0 || value > LARGEST_VALUE) return ERANGE;
  const set = context.kernel.semaphores.find(id);
  if (failed(set)) return set;
  if (number < 0 || number >= set.semaphores.length) return EINVAL;
  if (!set.mayAccess(context.process.credentials, control.WRITE)) return { errno: "EACCES" };
  set.assign(new Map([[number, value]]), context.process, control.secondsOf(context));
  return 0;
}

function setAll(context: CallContext, id: number, address: number): Outcome<number> {
  const set = control.accessible(context, context.kernel.semaphores, id, control.WRITE);
  if (failed(set)) return set;
  const view = context.memory.get(address, 2 * set.semaphores.length);
  if (failed(view)) return view;
  const values = set.semaphores.map((_, number) => [number, view.getUint16(2 * number, true)] as const);
  if (values.some(([, value]) => value > LARGEST_VALUE)) return ERANGE;
  set.assign(new Map(values), context.process, control.secondsOf(context));
  return 0;
}

function getAll(context: CallContext, id: number, address: number): Outcome<number> {
  const set = control.accessible(context, context.kernel.semaphores, id, control.READ);
  if (failed(set)) return set;
  const values = Uint16Array.from(set.semaphores, ({ value }) => value);
  return context.memory.put(address, new Uint8Array(values.buffer));
}

/** struct seminfo: what there may be; with `used`, how many sets and semaphores there are. */
function putLimits({ kernel, memory }: CallContext, address: number, used: boolean): Outcome<number> {
  const { all, lastPlace } = kernel.semaphores;
  const count = all.reduce((sum, { semaphores }) => sum + semaphores.length, 0);
  const words = [
    ...[MOST_SEMAPHORES, MOST_SETS, MOST_SEMAPHORES, MOST_SEMAPHORES, MOST_IN_SET, MOST_OPERATIONS],
    ...[MOST_OPERATIONS, used ? all.length : 20, LARGEST_VALUE, used ? count : LARGEST_VALUE],
  ];
  const done = memory.put(address, control.numberBytes(4, words));
  return failed(done) ? done : lastPlace;
}

export const semaphores = {
  semget: call(190, [int, int, int], get),
  semctl: call(191, [int, int, int, pointer], semctl),
  semtimedop: call(192, [int, pointer, size, pointer], operate),
  semop: call(193, [int, pointer, size], (context, id, address, count) =>
    operate(context, id, address, count, 0),
  ),
};
