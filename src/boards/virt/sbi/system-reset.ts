/** SRST: power-off and reset. SBI Specification 2.0, chapter 10. */

import { SbiError, type SbiExtension } from "./call.ts";

const SHUTDOWN = 0n;
const WARM_REBOOT = 2n;
const SYSTEM_FAILURE = 1n;

export const systemReset: SbiExtension = {
  id: 0x53525354,
  name: "SRST",
  functions: {
    0: ({ machine, args: [type = 0n, reason = 0n] }) => {
      if (type > WARM_REBOOT) return { error: SbiError.invalidParameter };
      if (reason === SYSTEM_FAILURE) machine.stop("fail");
      else machine.stop(type === SHUTDOWN ? "power-off" : "reset");
      return { error: 0n };
    },
  },
};
