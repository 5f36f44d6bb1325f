/** HSM: starting and stopping harts. SBI Specification 2.0, chapter 9. */

import { type SbiCall, SbiError, type SbiExtension, type SbiResult } from "./call.ts";

const STARTED = 0n;
const STOPPED = 1n;
const RETENTIVE_SUSPEND = 0n;

function start({ machine, args: [id = 0n, address = 0n, opaque = 0n] }: SbiCall): SbiResult {
  const index = Number(id);
  if (!machine.harts[index]) return { error: SbiError.invalidParameter };
  if (!machine.isStopped(index)) return { error: SbiError.alreadyAvailable };
  if (!machine.memory(Number(address), 2)) return { error: SbiError.invalidAddress };
  machine.startHart(index, address, opaque);
  return { error: 0n };
}

export const hartState: SbiExtension = {
  id: 0x48534d,
  name: "HSM",
  functions: {
    0: start,
    1: ({ machine, hart }) => {
      machine.stopHart(hart.id);
      return { error: 0n };
    },
    2: ({ machine, args: [id = 0n] }) => {
      if (!machine.harts[Number(id)]) return { error: SbiError.invalidParameter };
      return { error: 0n, value: machine.isStopped(Number(id)) ? STOPPED : STARTED };
    },
    // Suspending may end at once: the kernel then waits by WFI.
    3: ({ args: [type = 0n] }) => ({ error: type === RETENTIVE_SUSPEND ? 0n : SbiError.notSupported }),
  },
};
