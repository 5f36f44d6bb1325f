/** What a machine needs from outside, in a browser: time, randomness, and a turn of the event loop. */

import type { Entropy, WallClock } from "../../machine/device.ts";
import type { Soon } from "../shared/run-loop.ts";

/** The host's time of day. */
export const browserClock: WallClock = {
  nanoseconds: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n,
};

/** Bytes that getRandomValues gives at a time (Web Cryptography API, section 10.1.1). */
const MOST_RANDOM = 65536;

export const browserEntropy: Entropy = {
  fill: (bytes) => {
    for (let at = 0; at < bytes.length; at += MOST_RANDOM) {
      crypto.getRandomValues(bytes.subarray(at, at + MOST_RANDOM) as Uint8Array<ArrayBuffer>);
    }
  },
};

/** A counter that starts now and counts `frequency` ticks a second, as finely as the browser tells the time. */
export function browserTicks(frequency: number): () => bigint {
  const start = performance.now();
  return () => BigInt(Math.floor(((performance.now() - start) * frequency) / 1000));
}

/** Milliseconds after which timers and what others sent get their turn. */
const FAIRNESS = 20;

/** A turn by a message to oneself, as timers wait for milliseconds; now and then by a timer, as messages to oneself come first. */
export function messageTurns(): Soon {
  const { port1, port2 } = new MessageChannel();
  let waiting: (() => void) | undefined;
  let lastTimer = performance.now();
  port1.onmessage = () => {
    const proceed = waiting;
    waiting = undefined;
    proceed?.();
  };
  return (proceed) => {
    if (performance.now() - lastTimer > FAIRNESS) {
      const timer = setTimeout(() => {
        lastTimer = performance.now();
        proceed();
      });
      return () => clearTimeout(timer);
    }
    waiting = proceed;
    port2.postMessage(0);
    return () => {
      if (waiting === proceed) waiting = undefined;
    };
  };
}
