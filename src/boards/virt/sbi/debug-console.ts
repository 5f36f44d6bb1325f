/** DBCN: a console for the time before there are drivers. SBI Specification 2.0, chapter 12. */

import { SbiError, type SbiExtension } from "./call.ts";

const MAX_WRITE = 1 << 16;

export const debugConsole: SbiExtension = {
  id: 0x4442434e,
  name: "DBCN",
  functions: {
    0: ({ machine, args: [count = 0n, low = 0n, high = 0n] }) => {
      const length = Math.min(Number(count), MAX_WRITE);
      const bytes = high === 0n ? machine.memory(Number(low), length) : undefined;
      if (!bytes) return { error: SbiError.invalidParameter };
      machine.writeConsole(bytes.slice());
      return { error: 0n, value: BigInt(length) };
    },
    // Nothing is ever there to read: input goes to the UART and the virtio console.
    1: () => ({ error: 0n, value: 0n }),
    2: ({ machine, args: [byte = 0n] }) => {
      machine.writeConsole(Uint8Array.of(Number(byte & 0xffn)));
      return { error: 0n };
    },
  },
};
