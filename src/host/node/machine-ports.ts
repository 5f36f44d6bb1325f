/** What a machine needs from outside, on Node.js: time and randomness. */

import { randomFillSync } from "node:crypto";
import type { Entropy, WallClock } from "../../machine/device.ts";

/** The host's time of day. */
export const hostClock: WallClock = {
  nanoseconds: () => {
    const now = performance.timeOrigin + performance.now();
    return BigInt(Math.round(now * 1000)) * 1000n;
  },
};

/** The host's random bytes. */
export const hostEntropy: Entropy = {
  fill: (bytes) => {
    randomFillSync(bytes);
  },
};

/** A counter that starts now and counts `frequency` ticks a second, at most 1,000,000,000. */
export function hostTicks(frequency: number): () => bigint {
  const start = process.hrtime.bigint();
  const nanoseconds = 1_000_000_000n / BigInt(frequency);
  return () => (process.hrtime.bigint() - start) / nanoseconds;
}
