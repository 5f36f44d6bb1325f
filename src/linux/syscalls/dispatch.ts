/** Makes the system call that a task asks for, and prints it as strace(1) does where a trace is wanted. */

import { errno as numbers } from "../../base/errno.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { CallResult, Task } from "../kernel/task.ts";
import type { Blocking } from "../kernel/wait.ts";
import { absentCalls } from "./absent.ts";
import type { CallContext } from "./call.ts";
import { callsByNumber, type NamedCall } from "./table.ts";

const MOST_ARGUMENTS = 7;
const ENOSYS = { errno: "ENOSYS" } as const;

export function dispatch(kernel: Kernel, task: Task): CallResult | Blocking<CallResult> {
  const { processor, platform } = kernel;
  const named = callsByNumber.get(processor.callNumber);
  if (!named) {
    if (platform.trace) platform.trace(`[${task.id}] ${nameOf(processor.callNumber)}() = -1 ENOSYS`);
    return ENOSYS;
  }
  const context: CallContext = { kernel, task, process: task.process, memory: task.process.memory };
  const count = Math.min(MOST_ARGUMENTS, named.call.kinds.length);
  const halves = Array.from(
    { length: count },
    (_, index) => [processor.argumentLow(index), processor.argumentHigh(index)] as const,
  );
  if (!platform.trace) return named.call.make(context, halves);
  return traced(context, named, halves);
}

function nameOf(number: number): string {
  return absentCalls[number] ?? `syscall_${number}`;
}

type Halves = readonly (readonly [number, number])[];

function traced(context: CallContext, named: NamedCall, halves: Halves): CallResult | Blocking<CallResult> {
  const { task, kernel } = context;
  const { name, call } = named;
  const argument = (index: number) => halves[index] ?? ([0, 0] as const);
  /** `most`: how many bytes a buffer has at most, whose size is the next argument. */
  const shown = (most = Number.POSITIVE_INFINITY) => {
    const texts = call.kinds.map((kind, index) => {
      const [low, high] = argument(index + 1);
      const count = Math.min(most, (high >>> 0) * 2 ** 32 + (low >>> 0));
      return kind.show(context, ...argument(index), count);
    });
    return texts.join(", ");
  };
  const before = `[${task.id}] ${name}(`;
  // What a call reads is known before it, what it fills only after; a call that does not return has only the first.
  const early = shown();
  const result = call.make(context, halves);
  const print = (value: CallResult): void => {
    const fills = name === "read" || name === "pread64";
    const late = fills ? shown(typeof value === "number" ? value : 0) : early;
    kernel.platform.trace?.(`${before}${late}) = ${shownResult(value)}`);
  };
  if (typeof result === "object" && "next" in result) return follow(result, print);
  print(result);
  return result;
}

function* follow(running: Blocking<CallResult>, print: (value: CallResult) => void): Blocking<CallResult> {
  const value = yield* running;
  print(value);
  return value;
}

function shownResult(value: CallResult): string {
  if (value === undefined) return "?";
  if (typeof value === "number") return value >= 0x10000 ? `0x${value.toString(16)}` : `${value}`;
  return numbers[value.errno] >= numbers.ERESTARTSYS ? `? ${value.errno}` : `-1 ${value.errno}`;
}
