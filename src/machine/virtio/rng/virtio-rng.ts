/** Entropy device: VIRTIO 1.2, section 5.4. One queue; every buffer comes back full of random bytes. */

import type { Entropy } from "../../device.ts";
import type { Chain } from "../chain.ts";
import type { VirtioDevice, VirtioDriver } from "../virtio-device.ts";

const TYPE = 4;
const QUEUE_SIZE = 64;

/** Random bytes for one buffer: a driver that wants more asks again. */
export const MAX_FILL = 0x1_0000;

export interface VirtioRngPorts {
  readonly entropy: Entropy;
}

/** A device without state of its own. */
export class VirtioRng implements VirtioDevice {
  readonly type = TYPE;
  readonly features = 0n;
  readonly queueSizes = [QUEUE_SIZE];
  readonly config = new Uint8Array(0);
  readonly #entropy: Entropy;
  #driver: VirtioDriver | undefined;

  constructor(ports: VirtioRngPorts) {
    this.#entropy = ports.entropy;
  }

  save(): null {
    return null;
  }

  connect(driver: VirtioDriver): void {
    this.#driver = driver;
  }

  reset(): void {}

  notify(queue: number): void {
    this.#driver?.queue(queue)?.serve((chain) => this.#fill(chain));
  }

  #fill(chain: Chain): number {
    let filled = 0;
    for (const segment of chain.writable) {
      const part = segment.subarray(0, MAX_FILL - filled);
      this.#entropy.fill(part);
      filled += part.length;
    }
    return filled;
  }
}
