/** getrusage(2), times(2). */

import { viewOf } from "../../base/bytes.ts";
import { call } from "./call.ts";
import { int, pointer } from "./kinds.ts";

const RUSAGE_BYTES = 144;

/** struct rusage of so many nanoseconds of running. */
export function usageBytes(nanoseconds: number, residentPages = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RUSAGE_BYTES);
  const view = viewOf(bytes);
  const microseconds = Math.floor(nanoseconds / 1000);
  view.setBigInt64(0, BigInt(Math.floor(microseconds / 1e6)), true);
  view.setBigInt64(8, BigInt(microseconds % 1e6), true);
  view.setBigInt64(32, BigInt(residentPages * 4), true);
  return bytes;
}

const RUSAGE_SELF = 0;
const RUSAGE_CHILDREN = -1;
const RUSAGE_THREAD = 1;

export const usage = {
  getrusage: call(
    165,
    [int, pointer],
    ({ process, memory }, who, result) => {
      if (who !== RUSAGE_SELF && who !== RUSAGE_CHILDREN && who !== RUSAGE_THREAD) return { errno: "EINVAL" };
      const time = who === RUSAGE_CHILDREN ? process.childrenTime : process.runTime;
      return memory.put(result, usageBytes(time, memory.space.residentPages));
    },
    "all time counts as user time; faults and switches are not counted",
  ),
  times: call(
    153,
    [pointer],
    ({ kernel, process, memory }, result) => {
      const ticks = (nanoseconds: number): bigint => BigInt(Math.floor(nanoseconds / 1e7));
      if (result !== 0) {
        const bytes = new Uint8Array(32);
        viewOf(bytes).setBigInt64(0, ticks(process.runTime), true);
        viewOf(bytes).setBigInt64(16, ticks(process.childrenTime), true);
        const done = memory.put(result, bytes);
        if (done !== 0) return done;
      }
      return Number(ticks(kernel.now));
    },
    "all time counts as user time",
  ),
};
