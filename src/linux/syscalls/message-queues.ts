/** msgget(2), msgsnd(2), msgrcv(2), msgctl(2). */

import { type Failure, failed, type Outcome } from "../../base/errno.ts";
import { Ipc } from "../kernel/ipc-table.ts";
import { type Message, MessageQueue } from "../kernel/message-queue.ts";
import type { CallResult } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { type AnyResult, type CallContext, call } from "./call.ts";
import * as control from "./ipc-control.ts";
import { int, long, pointer, size } from "./kinds.ts";

/** MSGMAX, MSGMNB, and what root may make of it. */
const LONGEST = 8192;
const USUAL_BYTES = 16384;
const MOST_BYTES = 1 << 20;
const MOST_QUEUES = 4096;
const Msg = { NOERROR: 0o10000, EXCEPT: 0o20000, COPY: 0o40000 } as const;
const EINVAL: Failure = { errno: "EINVAL" };

function get(context: CallContext, key: number, flags: number): Outcome<number> {
  const found = context.kernel.messageQueues.get(
    key,
    flags,
    control.creatorOf(context),
    () => undefined,
    (creation) => new MessageQueue(creation),
  );
  return failed(found) ? found : found.id;
}

function send(context: CallContext, id: number, address: number, length: number, flags: number): AnyResult {
  const { kernel, process, memory } = context;
  const head = memory.get(address, 8);
  if (failed(head)) return head;
  const type = Number(head.getBigInt64(0, true));
  if (length > LONGEST || id < 0 || type < 1) return EINVAL;
  const text = memory.read(address + 8, length);
  if (!text) return { errno: "EFAULT" };
  const queue = kernel.messageQueues.find(id);
  if (failed(queue)) return queue;
  const action = (): Outcome<0> => {
    if (!queue.mayAccess(process.credentials, control.WRITE)) return { errno: "EACCES" };
    if (!queue.hasRoom(length)) return { errno: "EAGAIN" };
    queue.send({ type, text }, process.id, control.secondsOf(context));
    return 0;
  };
  return whenPossible(queue, flags, action);
}

/** EAGAIN of an action is waited for, unless the program does not want to. */
function* whenPossible(
  queue: MessageQueue,
  flags: number,
  action: () => Outcome<number>,
): Blocking<CallResult> {
  for (;;) {
    const result = action();
    if (!failed(result) || result.errno !== "EAGAIN" || flags & Ipc.NOWAIT) return result;
    const why = yield { queues: [queue.changed] };
    if (queue.isRemoved) return { errno: "EIDRM" };
    if (why === "signal") return { errno: "ERESTARTNOHAND" };
  }
}

function receive(
  context: CallContext,
  id: number,
  address: number,
  length: number,
  type: number,
  flags: number,
): AnyResult {
  if (id < 0 || length >= 2 ** 63) return EINVAL;
  if (flags & Msg.COPY) return { errno: "ENOSYS" };
  const { kernel, process } = context;
  const queue = kernel.messageQueues.find(id);
  if (failed(queue)) return queue;
  const action = (): Outcome<number> => {
    if (!queue.mayAccess(process.credentials, control.READ)) return { errno: "EACCES" };
    const message = queue.find(type, (flags & Msg.EXCEPT) !== 0);
    if (!message) return { errno: flags & Ipc.NOWAIT ? "ENOMSG" : "EAGAIN" };
    if (message.text.length > length && !(flags & Msg.NOERROR)) return { errno: "E2BIG" };
    queue.take(message, process.id, control.secondsOf(context));
    return store(context, address, message, length);
  };
  return whenPossible(queue, flags, action);
}

function store({ memory }: CallContext, address: number, { type, text }: Message, length: number) {
  const count = Math.min(length, text.length);
  const stored = memory.putLong(address, type);
  if (failed(stored) || !memory.write(address + 8, text.subarray(0, count)))
    return { errno: "EFAULT" } as const;
  return count;
}

const DS_BYTES = 120;
/** msg_qbytes in struct msqid64_ds. */
const QBYTES = 88;

const status = (queue: MessageQueue): Uint8Array =>
  control.statusBytes(queue, DS_BYTES, [
    queue.last.sendTime,
    queue.last.receiveTime,
    queue.changeTime,
    queue.bytes,
    queue.messages.length,
    queue.mostBytes,
    control.pair(queue.last.sender, queue.last.receiver),
  ]);

const Command = { STAT: 11, INFO: 12, STAT_ANY: 13 } as const;

const SHOWN = { forAnyone: Command.STAT_ANY, bytes: status };

function msgctl(context: CallContext, id: number, command: number, address: number): Outcome<number> {
  const table = context.kernel.messageQueues;
  switch (command) {
    case control.IPC_STAT:
    case Command.STAT:
    case Command.STAT_ANY:
      return control.putStatus(context, table, id, address, { ...SHOWN, command });
    case control.IPC_SET:
      return control.setPermissions(context, table, id, address, DS_BYTES, (queue, view) =>
        setRoom(context, queue, Number(view.getBigUint64(QBYTES, true))),
      );
    case control.IPC_RMID:
      return control.remove(context, table, id, (queue) => {
        table.remove(queue);
        queue.removed();
      });
    case control.IPC_INFO:
    case Command.INFO:
      return putLimits(context, address, command === Command.INFO);
    default:
      return EINVAL;
  }
}

function setRoom({ process }: CallContext, queue: MessageQueue, bytes: number): Failure | undefined {
  const most = process.credentials.euid === 0 ? MOST_BYTES : USUAL_BYTES;
  if (bytes > most) return { errno: "EPERM" };
  queue.mostBytes = bytes;
  queue.changed.wake();
  return undefined;
}

/** struct msginfo: what there may be; with `used`, how many queues, messages and bytes there are. */
function putLimits({ kernel, memory }: CallContext, address: number, used: boolean): Outcome<number> {
  const { all, lastPlace } = kernel.messageQueues;
  const messages = all.reduce((sum, queue) => sum + queue.messages.length, 0);
  const bytes = all.reduce((sum, queue) => sum + queue.bytes, 0);
  const words = [
    ...[
      used ? all.length : MOST_QUEUES,
      used ? messages : USUAL_BYTES,
      LONGEST,
      USUAL_BYTES,
      MOST_QUEUES,
      16,
    ],
    used ? bytes : USUAL_BYTES,
    0xffff,
  ];
  const done = memory.put(address, control.numberBytes(4, words));
  return failed(done) ? done : lastPlace;
}

export const messageQueues = {
  msgget: call(186, [int, int], get),
  msgctl: call(187, [int, int, pointer], msgctl),
  msgrcv: call(188, [int, pointer, size, long, int], receive, "MSG_COPY"),
  msgsnd: call(189, [int, pointer, size, int], send),
};
