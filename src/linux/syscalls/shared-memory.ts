/** shmget(2), shmat(2), shmdt(2), shmctl(2). */

import { failed, type Outcome } from "../../base/errno.ts";
import { SharedSegment } from "../kernel/shared-segment.ts";
import { roundUp, TASK_SIZE } from "../memory/address-space.ts";
import { PAGE } from "../memory/frames.ts";
import { Prot } from "../memory/mapping.ts";
import { type CallContext, call } from "./call.ts";
import * as control from "./ipc-control.ts";
import { int, pointer, size } from "./kinds.ts";

const Shm = { RDONLY: 0o10000, RND: 0o20000, REMAP: 0o40000, EXEC: 0o100000, HUGETLB: 0o4000 } as const;
const LARGEST = 2 ** 40;
const MOST_SEGMENTS = 4096;
const EINVAL = { errno: "EINVAL" } as const;

function get(context: CallContext, key: number, length: number, flags: number): Outcome<number> {
  const { kernel, process } = context;
  const found = kernel.segments.get(
    key,
    flags,
    control.creatorOf(context),
    (known) => (length > known.size ? EINVAL : undefined),
    (creation) => {
      if (length < 1 || length > LARGEST) return EINVAL;
      const isTooLarge = flags & Shm.HUGETLB || length > kernel.frames.count * PAGE;
      return isTooLarge
        ? { errno: "ENOMEM" }
        : new SharedSegment(creation, kernel.frames, length, process.id);
    },
  );
  return failed(found) ? found : found.id;
}

/** Where a segment is to be: 0 for anywhere. */
function placeOf(address: number, flags: number): Outcome<number> {
  if (address === 0) return flags & Shm.REMAP ? EINVAL : 0;
  if (address % PAGE === 0) return address;
  const rounded = address - (address % PAGE);
  return flags & Shm.RND && (rounded > 0 || !(flags & Shm.REMAP)) ? rounded : EINVAL;
}

function attach(context: CallContext, id: number, address: number, flags: number): Outcome<number> {
  const { kernel, process, memory } = context;
  const place = placeOf(address, flags);
  if (failed(place)) return place;
  const isReadOnly = (flags & Shm.RDONLY) !== 0;
  const access = control.READ | (isReadOnly ? 0 : control.WRITE) | (flags & Shm.EXEC ? 0o111 : 0);
  const segment = control.accessible(context, kernel.segments, id, access);
  if (failed(segment)) return segment;
  const readable = Prot.READ | (flags & Shm.EXEC ? Prot.EXEC : 0);
  const request = {
    length: segment.size,
    protection: isReadOnly ? readable : readable | Prot.WRITE,
    mostProtection: isReadOnly ? 7 & ~Prot.WRITE : 7,
    shared: true,
    source: segment.pages,
  };
  const length = roundUp(segment.size);
  if (place !== 0 && !(flags & Shm.REMAP) && !memory.space.isFree(place, length)) return EINVAL;
  if (memory.space.size + length > process.limits.RLIMIT_AS.soft) return { errno: "ENOMEM" };
  const at = place === 0 ? memory.space.map(request) : memory.space.mapAt(place, request);
  if (failed(at)) return at;
  segment.attachTime = control.secondsOf(context);
  segment.lastUser = process.id;
  return at;
}

/** What is left there of the segment that begins at an address is unmapped. */
function detach(context: CallContext, address: number): Outcome<number> {
  const { kernel, process, memory } = context;
  if (address % PAGE !== 0) return EINVAL;
  const belongs = (segment: SharedSegment) =>
    memory.space
      .mappingsOf(segment.pages)
      .filter(({ start, offset }) => start - offset === address && start < TASK_SIZE);
  const segment = kernel.segments.all.find((each) => belongs(each).length > 0);
  if (!segment) return EINVAL;
  segment.detachTime = control.secondsOf(context);
  segment.lastUser = process.id;
  for (const { start, end } of belongs(segment)) memory.space.unmap(start, end - start);
  return 0;
}

const DS_BYTES = 112;

const status = (segment: SharedSegment): Uint8Array =>
  control.statusBytes(segment, DS_BYTES, [
    segment.size,
    segment.attachTime,
    segment.detachTime,
    segment.changeTime,
    control.pair(segment.creator, segment.lastUser),
    segment.attached,
  ]);

const Command = { LOCK: 11, UNLOCK: 12, STAT: 13, INFO: 14, STAT_ANY: 15 } as const;

const SHOWN = { forAnyone: Command.STAT_ANY, bytes: status };

function shmctl(context: CallContext, id: number, command: number, address: number): Outcome<number> {
  const { kernel, memory } = context;
  const table = kernel.segments;
  switch (command) {
    case control.IPC_STAT:
    case Command.STAT:
    case Command.STAT_ANY:
      return control.putStatus(context, table, id, address, { ...SHOWN, command });
    case control.IPC_SET:
      return control.setPermissions(context, table, id, address, DS_BYTES, () => undefined);
    case control.IPC_RMID:
      return control.remove(context, table, id, (segment) => segment.removed());
    case Command.LOCK:
    case Command.UNLOCK: {
      const segment = control.changeable(context, table, id);
      return failed(segment) ? segment : 0;
    }
    case control.IPC_INFO: {
      const limits = control.numberBytes(8, [
        LARGEST,
        1,
        MOST_SEGMENTS,
        MOST_SEGMENTS,
        LARGEST / PAGE,
        0,
        0,
        0,
        0,
      ]);
      const done = memory.put(address, limits);
      return failed(done) ? done : table.lastPlace;
    }
    case Command.INFO: {
      const pages = table.all.reduce((sum, segment) => sum + roundUp(segment.size) / PAGE, 0);
      const done = memory.put(address, control.numberBytes(8, [table.all.length, pages, 0, 0, 0, 0]));
      return failed(done) ? done : table.lastPlace;
    }
    default:
      return EINVAL;
  }
}

export const sharedMemory = {
  shmget: call(194, [int, size, int], get, "huge pages"),
  shmctl: call(195, [int, int, pointer], shmctl, "SHM_LOCK has no effect; exits are no detach times"),
  shmat: call(196, [int, pointer, int], attach),
  shmdt: call(197, [pointer], detach),
};
