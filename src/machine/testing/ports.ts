/** Ports for tests: a wire that remembers, a memory with nothing around it, a clock that is set by hand. */

import type { Bytes } from "../../base/bytes.ts";
import type { DmaMemory, InterruptLine } from "../device.ts";

/** An interrupt line whose level can be seen. */
export class Wire implements InterruptLine {
  raised = false;

  set(raised: boolean): void {
    this.raised = raised;
  }
}

/** RAM of `size` bytes at `base`; what lies outside does not exist. */
export class TestMemory implements DmaMemory {
  readonly base: number;
  readonly bytes: Uint8Array<ArrayBuffer>;

  constructor(base: number, size: number) {
    this.base = base;
    this.bytes = new Uint8Array(size);
  }

  readable(address: number, length: number): Bytes | undefined {
    const start = address - this.base;
    const valid = start >= 0 && length >= 0 && start + length <= this.bytes.length;
    return valid ? this.bytes.subarray(start, start + length) : undefined;
  }

  writable(address: number, length: number): Bytes | undefined {
    return this.readable(address, length);
  }
}

/** A clock of either kind, at the time that the test says. */
export class TestClock {
  readonly frequency = 10_000_000;
  now = 0n;

  ticks(): bigint {
    return this.now;
  }

  nanoseconds(): bigint {
    return this.now;
  }
}
