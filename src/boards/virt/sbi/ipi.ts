/** sPI: interrupts from hart to hart. SBI Specification 2.0, chapter 7. */

import { Interrupt } from "../../../isa/riscv/state.ts";
import { SbiError, type SbiExtension, selectHarts } from "./call.ts";

export const ipi: SbiExtension = {
  id: 0x735049,
  name: "sPI",
  functions: {
    0: (call) => {
      const [mask = 0n, first = 0n] = call.args;
      const harts = selectHarts(call, mask, first);
      if (!harts) return { error: SbiError.invalidParameter };
      for (const hart of harts) hart.setPending(Interrupt.SSIP, true);
      return { error: 0n };
    },
  },
};
