/** Runs programs that were translated as a whole: all that is needed is the machine's memory. */

import type { ProcessorMemory, Stop } from "./processor-memory.ts";
import { Cause } from "./state.ts";

/** Runs a service; its operands lie on the stack from `base` on. */
export type ServicePort = (number: number, base: number) => void;

/** Runs a whole program, from a module that `translateProgram` made of it. */
export function runWhole(module: WebAssembly.Module, memory: ProcessorMemory, service: ServicePort): Stop {
  memory.clearStop();
  const instance = new WebAssembly.Instance(module, {
    env: { memory: memory.memory, trap: (cause: number, value: number) => memory.stop(cause, value) },
    helper: {
      service: (number: number, base: number) => {
        service(number, base);
        return memory.stopped ? 1 : 0;
      },
    },
  });
  try {
    (instance.exports.run as () => void)();
  } catch (error) {
    if (!memory.stopped) return unknownStop(error);
  }
  return memory.stopped ?? { cause: 0, value: 0, pc: 0 };
}

/** What WebAssembly itself found wrong, at a place that nobody knows. */
function unknownStop(error: unknown): Stop {
  if (error instanceof RangeError) return { cause: Cause.stackOverflow, value: 0, pc: 0 };
  if (error instanceof WebAssembly.RuntimeError) return { cause: Cause.memory, value: 0, pc: 0 };
  throw error;
}
