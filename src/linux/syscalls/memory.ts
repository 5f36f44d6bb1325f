/** mmap(2), munmap(2), mprotect(2), mremap(2), brk(2), madvise(2), msync(2), mincore(2), mlock(2), memfd_create(2). */

import { failed, type Outcome } from "../../base/errno.ts";
import { MemoryFile } from "../files/memory-file.ts";
import { roundUp, TASK_SIZE } from "../memory/address-space.ts";
import { SharedPages } from "../memory/file-pages.ts";
import { PAGE } from "../memory/frames.ts";
import { type PageSource, Prot } from "../memory/mapping.ts";
import { type CallContext, call } from "./call.ts";
import { int, long, pointer, size, uint } from "./kinds.ts";

const MapFlag = {
  SHARED: 1,
  PRIVATE: 2,
  SHARED_VALIDATE: 3,
  TYPE: 0xf,
  FIXED: 0x10,
  ANONYMOUS: 0x20,
  GROWSDOWN: 0x100,
  NORESERVE: 0x4000,
  FIXED_NOREPLACE: 0x100000,
} as const;

let sharedCount = 0n;

interface MapSource {
  readonly source: PageSource | undefined;
  readonly mostProtection: number;
}

/** What is mapped, and what it may be protected as. */
function sourceOf(
  { kernel, process }: CallContext,
  protection: number,
  flags: number,
  descriptor: number,
): Outcome<MapSource> {
  const shared = (flags & MapFlag.TYPE) !== MapFlag.PRIVATE;
  if (flags & MapFlag.ANONYMOUS) {
    const source = shared ? new SharedPages(kernel.frames, "/dev/zero (deleted)", ++sharedCount) : undefined;
    return { source, mostProtection: 7 };
  }
  const file = process.descriptors.get(descriptor);
  if (failed(file)) return file;
  if (!file.readable || (shared && protection & Prot.WRITE && !file.writable)) return { errno: "EACCES" };
  const isSealed = shared && file instanceof MemoryFile && !file.content.permitsWriting;
  if (isSealed && protection & Prot.WRITE) return { errno: "EPERM" };
  const source = file.pages();
  if (failed(source)) return source;
  return { source, mostProtection: isSealed || (shared && !file.writable) ? 7 & ~Prot.WRITE : 7 };
}

function map(
  context: CallContext,
  address: number,
  length: number,
  protection: number,
  flags: number,
  descriptor: number,
  offset: number,
) {
  const { space } = context.memory;
  const type = flags & MapFlag.TYPE;
  if (length === 0 || offset % PAGE !== 0 || offset < 0 || type === 0 || type > 3)
    return { errno: "EINVAL" } as const;
  if (length > TASK_SIZE) return { errno: "ENOMEM" } as const;
  const fixed = (flags & (MapFlag.FIXED | MapFlag.FIXED_NOREPLACE)) !== 0;
  if (fixed && address % PAGE !== 0) return { errno: "EINVAL" } as const;
  if (fixed && address + length > TASK_SIZE) return { errno: "ENOMEM" } as const;
  const found = sourceOf(context, protection, flags, descriptor);
  if (failed(found)) return found;
  const refused = refuseSize(context, length, protection, flags);
  if (refused) return refused;
  const request = { length, protection: protection & 7, shared: type !== MapFlag.PRIVATE, ...found, offset };
  if (!fixed) return space.map(request, address);
  if (flags & MapFlag.FIXED_NOREPLACE && !space.isFree(address, roundUp(length)))
    return { errno: "EEXIST" } as const;
  return space.mapAt(address, request);
}

/** Memory that cannot be had is refused at once, as far as that can be foreseen (vm.overcommit_memory 0). */
function refuseSize(
  { kernel, memory, process }: CallContext,
  length: number,
  protection: number,
  flags: number,
) {
  const { limits } = process;
  if (memory.space.size + length > limits.RLIMIT_AS.soft) return { errno: "ENOMEM" } as const;
  if (!(protection & Prot.WRITE) || !(flags & MapFlag.ANONYMOUS) || flags & MapFlag.NORESERVE)
    return undefined;
  return length > kernel.frames.freeCount * PAGE ? ({ errno: "ENOMEM" } as const) : undefined;
}

const MREMAP_MAYMOVE = 1;
const MREMAP_FIXED = 2;

function remap(
  { memory: { space } }: CallContext,
  address: number,
  oldLength: number,
  newLength: number,
  flags: number,
  target: number,
): Outcome<number> {
  const [from, to] = [roundUp(oldLength), roundUp(newLength)];
  if (address % PAGE !== 0 || to === 0 || to > TASK_SIZE || flags & ~3) return { errno: "EINVAL" };
  if (flags & MREMAP_FIXED && !(flags & MREMAP_MAYMOVE)) return { errno: "EINVAL" };
  const mapping = space.mappingAt(address);
  if (!mapping || mapping.end < address + from) return { errno: "EFAULT" };
  if (from === 0) return { errno: "EINVAL" };
  if (flags & MREMAP_FIXED) return moveTo(space, address, from, to, target);
  if (to <= from) {
    space.unmap(address + to, from - to);
    return address;
  }
  const { protection, shared, source, mostProtection, name } = mapping;
  const grown = (length: number, offset: number) => ({
    length,
    protection,
    shared,
    source,
    mostProtection,
    name,
    offset,
  });
  const offsetAt = (at: number): number => mapping.offset + (at - mapping.start);
  const end = address + from;
  if (end === mapping.end && end + to - from <= TASK_SIZE && space.isFree(end, to - from)) {
    const added = space.mapAt(end, grown(to - from, offsetAt(end)));
    return failed(added) ? added : address;
  }
  if (!(flags & MREMAP_MAYMOVE)) return { errno: "ENOMEM" };
  const place = space.map(grown(to, offsetAt(address)));
  if (failed(place)) return place;
  space.move(address, from, place);
  return place;
}

function moveTo(
  space: CallContext["memory"]["space"],
  address: number,
  from: number,
  to: number,
  target: number,
): Outcome<number> {
  if (target % PAGE !== 0 || target + to > TASK_SIZE) return { errno: "EINVAL" };
  if (target < address + from && address < target + to) return { errno: "EINVAL" };
  const mapping = space.mappingAt(address);
  if (!mapping) return { errno: "EFAULT" };
  const kept = Math.min(from, to);
  const offset = mapping.offset + (address - mapping.start);
  const grown = space.mapAt(target, { ...mapping, length: to, offset });
  if (failed(grown)) return grown;
  space.move(address, kept, target);
  space.unmap(address, from);
  return target;
}

/** Returns where the heap ends now: where it did before, if it cannot be changed. */
function setBreak(context: CallContext, end: number): number {
  const { space } = context.memory;
  const [from, to] = [roundUp(space.heapEnd), roundUp(end)];
  if (end < space.heapStart || end > TASK_SIZE) return space.heapEnd;
  if (to > from) {
    const request = { length: to - from, protection: Prot.READ | Prot.WRITE, shared: false, name: "[heap]" };
    const isRefused =
      refuseSize(context, request.length, request.protection, MapFlag.ANONYMOUS) !== undefined;
    const overLimit = end - space.heapStart > context.process.limits.RLIMIT_DATA.soft;
    if (isRefused || overLimit || !space.isFree(from, to - from) || failed(space.mapAt(from, request))) {
      return space.heapEnd;
    }
  } else if (to < from) space.unmap(to, from - to);
  space.heapEnd = end;
  return end;
}

const MADV_DONTNEED = 4;
const MADV_FREE = 8;
const MADV_REMOVE = 9;
/** Advice that may be ignored. */
const IGNORED_ADVICE = [0, 1, 2, 3, MADV_FREE, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21];

function advise({ memory: { space } }: CallContext, address: number, length: number, advice: number) {
  const end = address + roundUp(length);
  if (address % PAGE !== 0 || end > TASK_SIZE) return { errno: "EINVAL" } as const;
  if (advice === MADV_REMOVE) return { errno: "EINVAL" } as const;
  if (advice !== MADV_DONTNEED && !IGNORED_ADVICE.includes(advice)) return { errno: "EINVAL" } as const;
  const covered = space.covers(address, end);
  if (advice === MADV_DONTNEED) space.discard(address, end);
  return covered ? 0 : ({ errno: "ENOMEM" } as const);
}

function residency({ memory }: CallContext, address: number, length: number, result: number) {
  const end = address + roundUp(length);
  if (address % PAGE !== 0) return { errno: "EINVAL" } as const;
  if (end > TASK_SIZE || !memory.space.covers(address, end)) return { errno: "ENOMEM" } as const;
  const pages = Math.min((end - address) / PAGE, 1 << 20);
  const present = Uint8Array.from({ length: pages }, (_, page) =>
    memory.space.isPresent(address + page * PAGE) ? 1 : 0,
  );
  return memory.put(result, present);
}

function protect({ memory: { space } }: CallContext, address: number, length: number, protection: number) {
  if (address % PAGE !== 0 || protection & ~0x0300_000f) return { errno: "EINVAL" } as const;
  if (address + length > TASK_SIZE) return { errno: "ENOMEM" } as const;
  if (length === 0) return 0;
  return space.protect(address, length, protection & 7) ?? 0;
}

const MS_ALL = 7;

function sync({ memory: { space } }: CallContext, address: number, length: number, flags: number) {
  const end = address + roundUp(length);
  if (address % PAGE !== 0 || flags & ~MS_ALL || (flags & 5) === 5) return { errno: "EINVAL" } as const;
  if (end > TASK_SIZE || !space.covers(address, end)) return { errno: "ENOMEM" } as const;
  return space.sync(address, end) ?? 0;
}

function lock({ memory: { space } }: CallContext, address: number, length: number) {
  return space.covers(address - (address % PAGE), roundUp(address + length))
    ? 0
    : ({ errno: "ENOMEM" } as const);
}

export const memory = {
  brk: call(214, [pointer], setBreak),
  munmap: call(215, [pointer, size], ({ memory: { space } }, address, length) => {
    if (address % PAGE !== 0 || length === 0 || address + length > TASK_SIZE) return { errno: "EINVAL" };
    space.unmap(address, length);
    return 0;
  }),
  mremap: call(216, [pointer, size, size, int, pointer], remap, "MREMAP_DONTUNMAP, an old size of 0"),
  mmap: call(
    222,
    [pointer, size, int, int, int, long],
    map,
    "what a shared mapping of a file changes is seen outside at msync, munmap and exit; MAP_GROWSDOWN, MAP_HUGETLB",
  ),
  mprotect: call(226, [pointer, size, int], protect),
  msync: call(227, [pointer, size, int], sync),
  mlock: call(228, [pointer, size], lock),
  munlock: call(229, [pointer, size], lock),
  mlock2: call(284, [pointer, size, int], lock),
  mlockall: call(230, [int], (_, flags) => (flags > 0 && flags <= 7 ? 0 : { errno: "EINVAL" })),
  munlockall: call(231, [], () => 0),
  mincore: call(232, [pointer, size, pointer], residency),
  madvise: call(233, [pointer, size, int], advise, "MADV_REMOVE; other advice is accepted and not needed"),
  riscv_flush_icache: call(259, [pointer, pointer, uint], (_, __, ___, flags) =>
    flags & ~1 ? { errno: "EINVAL" } : 0,
  ),
};
