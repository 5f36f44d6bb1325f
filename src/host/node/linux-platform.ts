/** What the Linux ABI needs of its platform, on Node.js. */

import { randomFillSync } from "node:crypto";
import { isatty } from "node:tty";
import type { Platform } from "../../linux/platform.ts";
import { nodeNetwork } from "./host-network.ts";
import { nodePrograms } from "./host-programs.ts";
import { NodeStream } from "./host-stream.ts";
import { TerminalModes } from "./terminal-modes.ts";
import { WallClock } from "./wall-clock.ts";

export interface NodePlatform extends Platform {
  readonly streams: readonly NodeStream[];
  /** Gives the streams and the terminal back. */
  close(): void;
}

export interface NodePlatformOptions {
  /** Takes each line of a trace of system calls. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Lets programs reach this system's network. */
  readonly network?: boolean;
  /** Lets programs start this system's. */
  readonly programs?: boolean;
}

export function nodePlatform(options: NodePlatformOptions = {}): NodePlatform {
  const start = process.hrtime.bigint();
  // So that the monotonic clock, as every other one, is not zero at the beginning.
  const offset = Math.round(performance.timeOrigin % 1e9) * 1000;
  const wall = new WallClock();
  const terminal = isatty(0) ? new TerminalModes() : undefined;
  const streams = [0, 1, 2].map(
    (descriptor) => new NodeStream(descriptor, isatty(descriptor) ? terminal : undefined),
  );
  const network = options.network ? nodeNetwork() : undefined;
  const programs = options.programs ? nodePrograms() : undefined;
  return {
    clocks: {
      monotonic: () => Number(process.hrtime.bigint() - start) + offset,
      realtime: () => wall.now(),
    },
    fillRandom: (bytes) => randomFillSync(bytes),
    streams,
    network,
    programs,
    wake: () => {},
    trace: options.trace,
    close: () => {
      for (const stream of streams) stream.close();
      terminal?.restore();
      network?.close();
      programs?.close();
    },
  };
}
