/** sendmmsg(2), recvmmsg(2): several messages by one call. */

import { failed, type Outcome } from "../../base/errno.ts";
import type { OpenFile } from "../files/open-file.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type CallContext, call } from "./call.ts";
import { file, pointer, readTimespec, timespecBytes, uint } from "./kinds.ts";
import { Message, receiveMessage, sendMessage } from "./messages.ts";

/** struct mmsghdr: a struct msghdr, and how many bytes were moved. */
const ENTRY_BYTES = 64;
const LENGTH_AT = 56;
/** UIO_MAXIOV: more are not heeded. */
const MOST_MESSAGES = 1024;
/** Only the first message is waited for. */
const WAITFORONE = 0x10000;

type Transfer = (at: number, index: number) => Blocking<CallResult>;

/** Moves messages until one fails, which is told only where it is the first one, or until `isOver`. */
function* moveAll(
  { memory }: CallContext,
  vector: number,
  count: number,
  transfer: Transfer,
  isOver: () => boolean,
): Blocking<CallResult> {
  const most = Math.min(count, MOST_MESSAGES);
  let done = 0;
  while (done < most) {
    const at = vector + done * ENTRY_BYTES;
    const moved = yield* transfer(at, done);
    const told: Outcome<number> =
      typeof moved === "number" ? memory.putUint32(at + LENGTH_AT, moved) : (moved ?? 0);
    if (failed(told)) return done > 0 ? done : told;
    done++;
    if (isOver()) break;
  }
  return done;
}

function sendMany(context: CallContext, open: OpenFile, vector: number, count: number, flags: number) {
  const transfer: Transfer = (at) => sendMessage(context, open, at, flags);
  return moveAll(context, vector, count, transfer, () => false);
}

/** As on Linux the time is looked at only when a message has come. */
function* receiveMany(
  context: CallContext,
  open: OpenFile,
  vector: number,
  count: number,
  flags: number,
  timeoutAt: number,
): Blocking<CallResult> {
  const { kernel, memory } = context;
  const timeout = readTimeout(context, timeoutAt);
  if (failed(timeout)) return timeout;
  const deadline = kernel.now + timeout;
  const transfer: Transfer = (at, index) => {
    const more = flags & WAITFORONE && index > 0 ? Message.DONTWAIT : 0;
    return receiveMessage(context, open, at, (flags & ~WAITFORONE) | more);
  };
  const done = yield* moveAll(context, vector, count, transfer, () => kernel.now >= deadline);
  if (timeoutAt === 0 || typeof done !== "number") return done;
  const stored = memory.put(timeoutAt, timespecBytes(Math.max(0, deadline - kernel.now)));
  return failed(stored) ? stored : done;
}

/** In nanoseconds; without a limit for a null pointer. */
function readTimeout({ memory }: CallContext, at: number): Outcome<number> {
  if (at === 0) return Number.POSITIVE_INFINITY;
  const view = memory.get(at, 16);
  return failed(view) ? view : readTimespec(view, 0);
}

export const manyMessages = {
  sendmmsg: call(269, [file, pointer, uint, uint], sendMany, "as sendmsg"),
  recvmmsg: call(243, [file, pointer, uint, uint, pointer], receiveMany, "as recvmsg"),
};
