/**
 * What a virtio device is to its transport, and the transport to it. Virtual I/O Device (VIRTIO) 1.2. A device knows
 * queues of buffers and its own configuration; how registers reach the guest is the transport's business.
 */

import type { Bytes } from "../../base/bytes.ts";
import type { Saveable } from "../device.ts";
import type { Virtqueue } from "./virtqueue.ts";

/** The driver, as a device reaches it. */
export interface VirtioDriver {
  /** The features that driver and device agreed on; 0n before. */
  readonly features: bigint;
  /** Queue `index`; undefined unless the driver is running and has enabled it. */
  queue(index: number): Virtqueue | undefined;
  /** Tells the driver that the device's configuration has changed. */
  configChanged(): void;
}

/** A kind of device. None of its methods throws, whatever the guest does. */
export interface VirtioDevice extends Saveable {
  /** Device type (section 5). */
  readonly type: number;
  /** The features of its type that it offers; those of queues and transport are added. */
  readonly features: bigint;
  /** The greatest size of each queue, a power of two up to 32768. */
  readonly queueSizes: readonly number[];
  /** The device-specific configuration as it is now; drivers can only read it. */
  readonly config: Bytes;
  /** Called once, before anything else. */
  connect(driver: VirtioDriver): void;
  /** The driver has made buffers available in a queue. */
  notify(queue: number): void;
  /** The driver starts over: forget all that it said. */
  reset(): void;
}
