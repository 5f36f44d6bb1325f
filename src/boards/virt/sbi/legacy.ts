/** The calls of version 0.1, which have no function number and only one result. SBI Specification 2.0, chapter 5. */

import type { SbiCall } from "./call.ts";
import { setTimer } from "./timer.ts";

export const legacy: Readonly<Record<number, (call: SbiCall) => bigint>> = {
  0: (call) => {
    setTimer(call);
    return 0n;
  },
  1: ({ machine, args: [byte = 0n] }) => {
    machine.writeConsole(Uint8Array.of(Number(byte & 0xffn)));
    return 0n;
  },
  2: () => -1n,
  8: ({ machine }) => {
    machine.stop("power-off");
    return 0n;
  },
};
