/** poll(2), select(2), epoll(7): waiting for several files. */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import { EpollFile } from "../files/epoll.ts";
import { type OpenFile, OpenFlag, Poll } from "../files/open-file.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking, WaitQueue } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import { file, int, pointer, signalSet, size, timespec, timespecBytes } from "./kinds.ts";
import { replaceMask } from "./signals.ts";

/** Looks until something was found, the time is up or a signal comes; `look` gives 0 where nothing is ready. */
function* waitUntil(
  { kernel, task }: CallContext,
  queues: readonly WaitQueue[],
  deadline: number | undefined,
  look: () => number,
): Blocking<Outcome<number>> {
  for (;;) {
    const found = look();
    if (found !== 0) return found;
    if (deadline !== undefined && kernel.now >= deadline) return 0;
    const why = yield { queues: [...queues, task.signalled], deadline };
    if (why === "signal") return { errno: "EINTR" };
  }
}

interface Polled {
  readonly descriptor: number;
  readonly events: number;
  readonly file: OpenFile | undefined;
}

const MOST_POLLED = 65536;

function readPolled({ memory, process }: CallContext, at: number, count: number): Outcome<Polled[]> {
  const view = memory.get(at, 8 * count);
  if (failed(view)) return view;
  return Array.from({ length: count }, (_, index) => {
    const descriptor = view.getInt32(8 * index, true);
    const found = process.descriptors.get(descriptor);
    return {
      descriptor,
      events: view.getInt16(8 * index + 4, true),
      file: failed(found) ? undefined : found,
    };
  });
}

function eventsOf({ descriptor, events, file: open }: Polled): number {
  if (descriptor < 0) return 0;
  if (!open) return Poll.NVAL;
  return open.poll() & (events | Poll.ERR | Poll.HUP);
}

function* poll(
  context: CallContext,
  at: number,
  count: number,
  timeout: number | undefined,
  set: bigint | undefined,
  length: number,
): Blocking<CallResult> {
  if (set !== undefined && length !== 8) return { errno: "EINVAL" };
  const limit = Math.min(MOST_POLLED, context.process.descriptorLimit);
  if (count > limit) return { errno: "EINVAL" };
  const polled = readPolled(context, at, count);
  if (failed(polled)) return polled;
  if (set !== undefined) replaceMask(context.task, set);
  const deadline = timeout === undefined ? undefined : context.kernel.now + timeout;
  let results: number[] = [];
  const found = yield* waitUntil(context, queuesOf(polled), deadline, () => {
    results = polled.map(eventsOf);
    return results.filter((events) => events !== 0).length;
  });
  if (failed(found)) return found;
  for (const [index, events] of results.entries()) {
    const bytes = Uint8Array.of(events & 0xff, events >> 8);
    if (!context.memory.write(at + 8 * index + 6, bytes)) return { errno: "EFAULT" };
  }
  return found;
}

function queuesOf(polled: readonly Polled[]): WaitQueue[] {
  return polled.flatMap(({ descriptor, file: open }) => (descriptor >= 0 && open ? [open.changed] : []));
}

/** The three sets of select(2), in this order, with the events that each stands for. */
const SELECT_EVENTS = [
  Poll.IN | Poll.RDNORM | Poll.HUP | Poll.ERR,
  Poll.OUT | Poll.WRNORM | Poll.ERR,
  Poll.PRI,
] as const;

/** The sigset_t that the sixth argument of pselect6 points to, with its size. */
function selectMask({ memory }: CallContext, at: number): Outcome<bigint | undefined> {
  if (at === 0) return undefined;
  const view = memory.get(at, 16);
  if (failed(view)) return view;
  const address = Number(view.getBigUint64(0, true));
  if (address === 0) return undefined;
  if (view.getBigUint64(8, true) !== 8n) return { errno: "EINVAL" };
  const set = memory.get(address, 8);
  return failed(set) ? set : set.getBigUint64(0, true);
}

function* select(
  context: CallContext,
  count: number,
  readAt: number,
  writeAt: number,
  exceptAt: number,
  timeoutAt: number,
  maskAt: number,
): Blocking<CallResult> {
  const { kernel, memory, process, task } = context;
  if (count < 0) return { errno: "EINVAL" };
  const timeout = timespec.decode(context, timeoutAt | 0, Math.floor(timeoutAt / 2 ** 32));
  if (failed(timeout)) return timeout;
  const mask = selectMask(context, maskAt);
  if (failed(mask)) return mask;
  const addresses = [readAt, writeAt, exceptAt];
  const places = Math.min(count, process.descriptors.size);
  const wanted = selected(context, addresses, places);
  if (failed(wanted)) return wanted;
  if (mask !== undefined) replaceMask(task, mask);
  const deadline = timeout === undefined ? undefined : kernel.now + timeout;
  const ready = () => wanted.filter(({ file: open, events }) => open.poll() & events);
  const queues = wanted.map(({ file: open }) => open.changed);
  const found = yield* waitUntil(context, queues, deadline, () => ready().length);
  if (deadline !== undefined) memory.put(timeoutAt, timespecBytes(Math.max(0, deadline - kernel.now)));
  if (failed(found)) return found;
  const bytes = 8 * Math.ceil(places / 64);
  const results = addresses.map(() => new Uint8Array(bytes));
  for (const { descriptor, set } of ready()) {
    const result = results[set];
    if (result) result[descriptor >> 3] = (result[descriptor >> 3] ?? 0) | (1 << (descriptor & 7));
  }
  for (const [set, address] of addresses.entries()) {
    if (address !== 0 && !memory.write(address, results[set] ?? new Uint8Array(0)))
      return { errno: "EFAULT" };
  }
  return found;
}

interface Selected {
  readonly descriptor: number;
  readonly set: number;
  readonly events: number;
  readonly file: OpenFile;
}

/** What the sets ask for; EBADF. */
function selected(
  { memory, process }: CallContext,
  addresses: readonly number[],
  count: number,
): Outcome<Selected[]> {
  const wanted: Selected[] = [];
  for (const [set, address] of addresses.entries()) {
    const bits = address === 0 ? undefined : memory.read(address, 8 * Math.ceil(count / 64));
    if (address !== 0 && !bits) return { errno: "EFAULT" };
    for (let descriptor = 0; bits && descriptor < count; descriptor++) {
      if (!((bits[descriptor >> 3] ?? 0) & (1 << (descriptor & 7)))) continue;
      const open = process.descriptors.get(descriptor);
      if (failed(open)) return open;
      wanted.push({ descriptor, set, events: SELECT_EVENTS[set] ?? 0, file: open });
    }
  }
  return wanted;
}

const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
/** struct epoll_event: not packed here, as it is on x86. */
const EVENT_BYTES = 16;
const MOST_EVENTS = 4096;

function epollControl(
  { process, memory }: CallContext,
  epoll: OpenFile,
  operation: number,
  descriptor: number,
  at: number,
): CallResult {
  const target = process.descriptors.get(descriptor);
  if (failed(target)) return target;
  if (!(epoll instanceof EpollFile) || target === epoll) return { errno: "EINVAL" };
  if (operation === EPOLL_CTL_DEL) return epoll.remove(descriptor, target) ?? 0;
  const view = memory.get(at, EVENT_BYTES);
  if (failed(view)) return view;
  const event = { events: view.getInt32(0, true), data: view.getBigUint64(8, true) };
  // Regular files and directories are always ready: they cannot be waited for.
  if (!target.isPollable) return { errno: "EPERM" };
  if (operation === EPOLL_CTL_ADD) return epoll.add(descriptor, target, event) ?? 0;
  if (operation === EPOLL_CTL_MOD) return epoll.modify(descriptor, target, event) ?? 0;
  return { errno: "EINVAL" };
}

function* epollWait(
  context: CallContext,
  epoll: OpenFile,
  at: number,
  count: number,
  timeout: number | undefined,
  set: bigint | undefined,
): Blocking<CallResult> {
  if (count <= 0 || !(epoll instanceof EpollFile)) return { errno: "EINVAL" };
  if (set !== undefined) replaceMask(context.task, set);
  const deadline = timeout === undefined ? undefined : context.kernel.now + timeout;
  let events: ReturnType<EpollFile["ready"]> = [];
  const found = yield* waitUntil(context, [epoll.changed], deadline, () => {
    events = epoll.ready(Math.min(count, MOST_EVENTS));
    return events.length;
  });
  if (failed(found)) return found;
  const bytes = new Uint8Array(EVENT_BYTES * events.length);
  const view = viewOf(bytes);
  for (const [index, event] of events.entries()) {
    view.setUint32(EVENT_BYTES * index, event.events, true);
    view.setBigUint64(EVENT_BYTES * index + 8, event.data, true);
  }
  return context.memory.write(at, bytes) ? found : { errno: "EFAULT" };
}

function epollCreate({ process }: CallContext, flags: number): CallResult {
  if (flags & ~OpenFlag.O_CLOEXEC) return { errno: "EINVAL" };
  return process.descriptors.add(new EpollFile(), flags !== 0, process.descriptorLimit);
}

export const polls = {
  ppoll: call(73, [pointer, size, timespec, signalSet, size], poll, "the time that is left is not stored"),
  pselect6: call(72, [int, pointer, pointer, pointer, pointer, pointer], select),
  epoll_create1: call(20, [int], epollCreate),
  epoll_ctl: call(21, [file, int, int, pointer], epollControl),
  epoll_pwait: call(
    22,
    [file, pointer, int, int, signalSet, size],
    (context, epoll, at, count, timeout, set): AnyResult =>
      epollWait(context, epoll, at, count, timeout < 0 ? undefined : timeout * 1e6, set),
  ),
  epoll_pwait2: call(441, [file, pointer, int, timespec, signalSet, size], epollWait),
};
