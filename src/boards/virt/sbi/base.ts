/** Base: what is there. SBI Specification 2.0, chapter 4. */

import type { SbiExtension, SbiResult } from "./call.ts";

const SPECIFICATION_2_0 = 2n << 24n;
/** Implementation IDs are given out by the specification's authors; this one is in nobody's list. */
const IMPLEMENTATION = 0x53545241n;

const value = (result: bigint): SbiResult => ({ error: 0n, value: result });

export const base: SbiExtension = {
  id: 0x10,
  name: "BASE",
  functions: {
    0: () => value(SPECIFICATION_2_0),
    1: () => value(IMPLEMENTATION),
    2: () => value(1n),
    3: ({ machine, args: [id = 0n] }) => value(machine.probe(Number(BigInt.asUintN(32, id))) ? 1n : 0n),
    // mvendorid, marchid, mimpid
    4: () => value(0n),
    5: () => value(0n),
    6: () => value(0n),
  },
};
