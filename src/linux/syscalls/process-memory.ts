/** process_vm_readv(2), process_vm_writev(2): what another process has in memory. */

import { failed, type Outcome } from "../../base/errno.ts";
import type { UserMemory } from "../memory/user-memory.ts";
import { type CallContext, call } from "./call.ts";
import { int, pointer, readVectors, size, uint, type Vector } from "./kinds.ts";

/** Bytes that are moved at once. */
const CHUNK = 1 << 16;

interface Side {
  readonly memory: UserMemory;
  readonly vectors: readonly Vector[];
}

const total = (vectors: readonly Vector[]): number => vectors.reduce((sum, { length }) => sum + length, 0);

function transfer(
  context: CallContext,
  id: number,
  own: readonly [number, number],
  other: readonly [number, number],
  flags: number,
  reads: boolean,
): Outcome<number> {
  if (flags !== 0) return { errno: "EINVAL" };
  const here = readVectors(context, ...own);
  if (failed(here)) return here;
  if (total(here) === 0) return 0;
  const there = readVectors(context, ...other);
  if (failed(there)) return there;
  const target = context.kernel.pids.task(id)?.process ?? context.kernel.pids.process(id);
  if (!target || target.tasks.size === 0) return { errno: "ESRCH" };
  const { euid } = context.process.credentials;
  const { uid, euid: effective, suid } = target.credentials;
  const isOwn = euid === uid && euid === effective && euid === suid;
  if (euid !== 0 && !(isOwn && target.dumpable === 1)) return { errno: "EPERM" };
  const mine = { memory: context.memory, vectors: here };
  const its = { memory: target.memory, vectors: there };
  return reads ? copy(its, mine) : copy(mine, its);
}

/** As far as memory can be read and written; EFAULT where that is nowhere. */
function copy(from: Side, to: Side): Outcome<number> {
  const [source, target] = [pieces(from.vectors), pieces(to.vectors)];
  let done = 0;
  for (;;) {
    const [start, end] = [source.here(), target.here()];
    if (!start || !end) return done;
    const wanted = Math.min(start.length, end.length, CHUNK);
    const readable = from.memory.readableBytes(start.address, wanted);
    const count = to.memory.writableBytes(end.address, readable);
    const bytes = from.memory.read(start.address, count);
    if (!bytes || count === 0) return done > 0 ? done : { errno: "EFAULT" };
    to.memory.write(end.address, bytes);
    source.skip(count);
    target.skip(count);
    done += count;
  }
}

/** Goes through vectors; `here` is what is left of the present one. */
function pieces(vectors: readonly Vector[]) {
  let [index, at] = [0, 0];
  const here = (): Vector | undefined => {
    for (; ; index++, at = 0) {
      const vector = vectors[index];
      if (!vector) return undefined;
      if (at < vector.length) return { address: vector.address + at, length: vector.length - at };
    }
  };
  const skip = (count: number): void => {
    at += count;
  };
  return { here, skip };
}

const kinds = [int, pointer, size, pointer, size, uint] as const;

export const processMemory = {
  process_vm_readv: call(270, kinds, (context, id, own, ownCount, other, otherCount, flags) =>
    transfer(context, id, [own, ownCount], [other, otherCount], flags, true),
  ),
  process_vm_writev: call(271, kinds, (context, id, own, ownCount, other, otherCount, flags) =>
    transfer(context, id, [own, ownCount], [other, otherCount], flags, false),
  ),
};
