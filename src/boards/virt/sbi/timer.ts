/** TIME: the timer, for kernels that do not use stimecmp themselves. SBI Specification 2.0, chapter 6. */

import { csr } from "../../../isa/riscv/state.ts";
import type { SbiCall, SbiExtension } from "./call.ts";

/** Raises the supervisor's timer interrupt at a tick. */
export function setTimer({ hart, args: [deadline = 0n] }: SbiCall): void {
  hart.memory.setLong(csr.stimecmp, deadline);
  hart.timerChanged();
}

export const timer: SbiExtension = {
  id: 0x54494d45,
  name: "TIME",
  functions: {
    0: (call) => {
      setTimer(call);
      return { error: 0n };
    },
  },
};
