/**
 * File system device: VIRTIO 1.2, section 5.11. It carries FUSE messages between the guest and a server, and does not
 * look into them. Without a DAX window and without the notification queue.
 */

import { type Bytes, utf8, viewOf } from "../../../base/bytes.ts";
import type { Chain } from "../chain.ts";
import { gather, lengthOf, scatter } from "../segments.ts";
import type { VirtioDevice, VirtioDriver } from "../virtio-device.ts";
import type { FuseServer } from "./fuse-server.ts";

const TYPE = 26;
const TAG_SIZE = 36;
const CONFIG_SIZE = TAG_SIZE + 4;
const REQUEST_QUEUES = 1;

/** Room for one page a descriptor and the headers: Linux then asks for up to 1 MiB at once. */
const QUEUE_SIZE = 512;

export interface VirtioFsPorts {
  /** The name by which the guest mounts the file system; at most 36 bytes of UTF-8. */
  readonly tag: string;
  readonly server: FuseServer;
}

export type SavedVirtioFs = { readonly misuse: number };

/** The queues: urgent requests (FORGET, INTERRUPT), then all others. */
export class VirtioFs implements VirtioDevice {
  readonly type = TYPE;
  readonly features = 0n;
  readonly queueSizes = [QUEUE_SIZE, QUEUE_SIZE];
  readonly config = new Uint8Array(CONFIG_SIZE);
  readonly #server: FuseServer;
  #driver: VirtioDriver | undefined;
  #misuse: number;

  constructor(ports: VirtioFsPorts, saved?: SavedVirtioFs) {
    this.#server = ports.server;
    this.#misuse = saved?.misuse ?? 0;
    this.config.set(utf8(ports.tag).subarray(0, TAG_SIZE));
    viewOf(this.config).setUint32(TAG_SIZE, REQUEST_QUEUES, true);
  }

  save(): SavedVirtioFs {
    return { misuse: this.#misuse };
  }

  /** Replies that were dropped because the guest had left too little room. */
  get misuse(): number {
    return this.#misuse;
  }

  connect(driver: VirtioDriver): void {
    this.#driver = driver;
  }

  reset(): void {}

  notify(queue: number): void {
    this.#driver?.queue(queue)?.serve((chain) => this.#serve(chain));
  }

  #serve(chain: Chain): number {
    const capacity = lengthOf(chain.writable);
    const reply: Bytes | undefined = this.#server.handle(gather(chain.readable), capacity);
    if (!reply) return 0;
    if (reply.length <= capacity) return scatter(reply, chain.writable);
    this.#misuse++;
    return 0;
  }
}
