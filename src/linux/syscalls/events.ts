/** pipe(2), eventfd(2), timerfd_create(2), signalfd(2), memfd_create(2): files that have no name. */

import { failed, type Outcome } from "../../base/errno.ts";
import { EventCounter, SignalFile, TimerFile } from "../files/event-files.ts";
import { MemoryContent, Seal } from "../files/memory-content.ts";
import { MemoryFile } from "../files/memory-file.ts";
import { type OpenFile, OpenFlag } from "../files/open-file.ts";
import { Pipe, PipeEnd } from "../files/pipe.ts";
import { UNSTOPPABLE } from "../kernel/signals.ts";
import type { CallResult } from "../kernel/task.ts";
import { type CallContext, call } from "./call.ts";
import { file, int, pointer, readTimespec, settingBytes, signalSet, size, uint } from "./kinds.ts";
import { addDescriptor } from "./open.ts";
import { deadlineOf } from "./time.ts";

/** Gives two files descriptors and stores these; nothing is left of them where that fails. */
export function addPair(
  context: CallContext,
  files: readonly [OpenFile, OpenFile],
  flags: number,
  result: number,
): CallResult {
  const { process, memory } = context;
  const first = addDescriptor(context, files[0], flags);
  if (failed(first)) {
    files[1].hold();
    files[1].release();
    return first;
  }
  const second = addDescriptor(context, files[1], flags);
  if (failed(second)) {
    process.descriptors.close(first);
    return second;
  }
  const done = memory.put(result, new Uint8Array(new Int32Array([first, second]).buffer));
  if (failed(done)) for (const number of [first, second]) process.descriptors.close(number);
  return done;
}

function pipe(context: CallContext, result: number, flags: number): CallResult {
  if (flags & ~(OpenFlag.O_CLOEXEC | OpenFlag.O_NONBLOCK | OpenFlag.O_DIRECT)) return { errno: "EINVAL" };
  const shared = new Pipe();
  const kept = flags & (OpenFlag.O_NONBLOCK | OpenFlag.O_DIRECT);
  const ends = [
    new PipeEnd(shared, OpenFlag.O_RDONLY | kept),
    new PipeEnd(shared, OpenFlag.O_WRONLY | kept),
  ] as const;
  return addPair(context, ends, flags, result);
}

const EFD_SEMAPHORE = 1;
const EVENT_FLAGS = OpenFlag.O_CLOEXEC | OpenFlag.O_NONBLOCK;

function eventCounter(context: CallContext, count: number, flags: number): CallResult {
  if (flags & ~(EFD_SEMAPHORE | EVENT_FLAGS)) return { errno: "EINVAL" };
  const counter = new EventCounter(count, flags & OpenFlag.O_NONBLOCK, (flags & EFD_SEMAPHORE) !== 0);
  return addDescriptor(context, counter, flags);
}

function timerFile(context: CallContext, clock: number, flags: number): CallResult {
  if (flags & ~EVENT_FLAGS || ![0, 1, 7].includes(clock)) return { errno: "EINVAL" };
  const { kernel } = context;
  const timer = new TimerFile(clock, flags & OpenFlag.O_NONBLOCK, kernel.scheduler.timers, () => kernel.now);
  return addDescriptor(context, timer, flags);
}

const TFD_TIMER_ABSTIME = 1;

function setTimer(
  context: CallContext,
  open: OpenFile,
  flags: number,
  newAt: number,
  oldAt: number,
): CallResult {
  if (!(open instanceof TimerFile) || flags & ~3) return { errno: "EINVAL" };
  const view = context.memory.get(newAt, 32);
  if (failed(view)) return view;
  const [interval, value] = [readTimespec(view, 0), readTimespec(view, 16)];
  if (failed(interval)) return interval;
  if (failed(value)) return value;
  const old = settingBytes(open.setting);
  const absolute = (flags & TFD_TIMER_ABSTIME) !== 0;
  open.set(value === 0 ? undefined : deadlineOf(context, open.clock, value, absolute), interval);
  return oldAt === 0 ? 0 : context.memory.put(oldAt, old);
}

function signalFile(
  context: CallContext,
  descriptor: number,
  set: bigint | undefined,
  length: number,
  flags: number,
): CallResult {
  if (length !== 8 || flags & ~EVENT_FLAGS) return { errno: "EINVAL" };
  if (set === undefined) return { errno: "EFAULT" };
  const { kernel, process } = context;
  const mask = set & ~UNSTOPPABLE;
  if (descriptor === -1) {
    const made = new SignalFile(mask, flags & OpenFlag.O_NONBLOCK, () => kernel.current);
    return addDescriptor(context, made, flags);
  }
  const known = process.descriptors.get(descriptor);
  if (failed(known)) return known;
  if (!(known instanceof SignalFile)) return { errno: "EINVAL" };
  known.mask = mask;
  return descriptor;
}

const Memfd = { CLOEXEC: 1, ALLOW_SEALING: 2, HUGETLB: 4, NOEXEC_SEAL: 8, EXEC: 16, ALL: 0x1f } as const;
const LONGEST_NAME = 249;
/** Whoever executes a program in such a file may want to know that it stays as it is. */
const PROGRAM = 0o777;
const DATA = 0o666;

function memoryFile(context: CallContext, nameAt: number, flags: number): CallResult {
  if (flags & ~Memfd.ALL || (flags & Memfd.EXEC && flags & Memfd.NOEXEC_SEAL)) return { errno: "EINVAL" };
  const name = context.memory.getString(nameAt, LONGEST_NAME + 1);
  if (failed(name)) return name.errno === "ENAMETOOLONG" ? { errno: "EINVAL" } : name;
  if (flags & Memfd.HUGETLB) return { errno: "ENOSYS" };
  const isData = (flags & Memfd.NOEXEC_SEAL) !== 0;
  const sealable = isData || (flags & Memfd.ALLOW_SEALING) !== 0;
  const seals = (sealable ? 0 : Seal.SEAL) | (isData ? Seal.EXEC : 0);
  const { fsuid: uid, fsgid: gid } = context.process.credentials;
  const content = new MemoryContent(
    context.kernel.frames,
    `/memfd:${name} (deleted)`,
    seals,
    isData ? DATA : PROGRAM,
    { uid, gid },
  );
  const made = new MemoryFile(content, OpenFlag.O_RDWR);
  return addDescriptor(context, made, flags & Memfd.CLOEXEC ? OpenFlag.O_CLOEXEC : 0);
}

const isTimer = (open: OpenFile): Outcome<TimerFile> =>
  open instanceof TimerFile ? open : { errno: "EINVAL" };

export const events = {
  pipe2: call(59, [pointer, int], pipe),
  eventfd2: call(19, [uint, int], eventCounter),
  timerfd_create: call(85, [int, int], timerFile),
  timerfd_settime: call(86, [file, int, pointer, pointer], setTimer, "TFD_TIMER_CANCEL_ON_SET"),
  timerfd_gettime: call(87, [file, pointer], ({ memory }, open, result) => {
    const timer = isTimer(open);
    return failed(timer) ? timer : memory.put(result, settingBytes(timer.setting));
  }),
  signalfd4: call(74, [int, signalSet, size, int], signalFile),
  memfd_create: call(279, [pointer, uint], memoryFile, "huge pages; it cannot be executed"),
};
