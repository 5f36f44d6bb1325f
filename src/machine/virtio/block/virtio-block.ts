/**
 * Block device: VIRTIO 1.2, section 5.2. A request is `{ type: u32, reserved: u32, sector: u64 }`, data, and a status byte
 * in the last writable place. Requests are served at once, in order.
 */

import { type Bytes, viewOf } from "../../../base/bytes.ts";
import type { Chain } from "../chain.ts";
import { gather, lengthOf, type Segments, scatter, splitAt } from "../segments.ts";
import type { VirtioDevice, VirtioDriver } from "../virtio-device.ts";

/** What holds the blocks. Offsets and sizes are in bytes. A call that fails throws; the guest sees an I/O error. */
export interface BlockBackend {
  /** A multiple of 512. */
  readonly size: number;
  readonly readOnly: boolean;
  read(offset: number, into: Bytes): void;
  write(offset: number, from: Bytes): void;
  /** Returns when all that was written is safe. */
  flush(): void;
}

export interface VirtioBlockPorts {
  readonly backend: BlockBackend;
  /** What the guest sees as the serial number; at most 20 bytes of ASCII. */
  readonly serial?: string;
}

const TYPE = 2;
const QUEUE_SIZE = 128;
export const SECTOR_SIZE = 512;

const F_SEG_MAX = 1n << 2n;
const F_RO = 1n << 5n;
const F_BLK_SIZE = 1n << 6n;
const F_FLUSH = 1n << 9n;

const CONFIG_SIZE = 60;
const CONFIG_CAPACITY = 0;
const CONFIG_SEG_MAX = 12;
const CONFIG_BLK_SIZE = 20;

/** The data's share of a chain: all descriptors but the header's and the status's. */
const SEG_MAX = QUEUE_SIZE - 2;

const HEADER_SIZE = 16;
const SERIAL_SIZE = 20;

const T_IN = 0;
const T_OUT = 1;
const T_FLUSH = 4;
const T_GET_ID = 8;

const S_OK = 0;
const S_IOERR = 1;
const S_UNSUPP = 2;

export type SavedVirtioBlock = { readonly misuse: number };

/** A disk. */
export class VirtioBlock implements VirtioDevice {
  readonly type = TYPE;
  readonly features: bigint;
  readonly queueSizes = [QUEUE_SIZE];
  readonly config = new Uint8Array(CONFIG_SIZE);
  readonly #backend: BlockBackend;
  readonly #serial = new Uint8Array(SERIAL_SIZE);
  #driver: VirtioDriver | undefined;
  #misuse: number;

  constructor(ports: VirtioBlockPorts, saved?: SavedVirtioBlock) {
    this.#backend = ports.backend;
    this.features = F_SEG_MAX | F_BLK_SIZE | F_FLUSH | (ports.backend.readOnly ? F_RO : 0n);
    this.#misuse = saved?.misuse ?? 0;
    for (let i = 0; i < SERIAL_SIZE; i++) this.#serial[i] = ports.serial?.charCodeAt(i) || 0;
    const view = viewOf(this.config);
    view.setBigUint64(CONFIG_CAPACITY, BigInt(Math.floor(ports.backend.size / SECTOR_SIZE)), true);
    view.setUint32(CONFIG_SEG_MAX, SEG_MAX, true);
    view.setUint32(CONFIG_BLK_SIZE, SECTOR_SIZE, true);
  }

  save(): SavedVirtioBlock {
    return { misuse: this.#misuse };
  }

  /** Requests that no driver should make: without header or status, outside the disk, not in whole sectors. */
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

  /** Serves a request and returns how many bytes it wrote. Without a place for the status there is nothing to say. */
  #serve(chain: Chain): number {
    const [header, out] = splitAt(chain.readable, HEADER_SIZE);
    const capacity = lengthOf(chain.writable);
    if (capacity === 0 || lengthOf(header) < HEADER_SIZE) {
      this.#misuse++;
      return 0;
    }
    const [data, statusPlace] = splitAt(chain.writable, capacity - 1);
    const status = this.#request(viewOf(gather(header)), out, data);
    scatter(Uint8Array.of(status), statusPlace);
    return capacity;
  }

  #request(header: DataView, out: Segments, data: Segments): number {
    const sector = header.getUint32(8, true) + header.getUint32(12, true) * 2 ** 32;
    switch (header.getUint32(0, true)) {
      case T_IN:
        return this.#transfer(sector, data, (offset, segment) => this.#backend.read(offset, segment));
      case T_OUT:
        if (this.#backend.readOnly) return S_IOERR;
        return this.#transfer(sector, out, (offset, segment) => this.#backend.write(offset, segment));
      case T_FLUSH:
        return attempt(() => this.#backend.flush());
      case T_GET_ID:
        scatter(this.#serial, data);
        return S_OK;
      default:
        return S_UNSUPP;
    }
  }

  /** Moves whole sectors from `sector` on, a segment at a time. */
  #transfer(sector: number, segments: Segments, move: (offset: number, segment: Bytes) => void): number {
    const length = lengthOf(segments);
    let offset = sector * SECTOR_SIZE;
    if (length % SECTOR_SIZE !== 0 || offset + length > this.#backend.size) {
      this.#misuse++;
      return S_IOERR;
    }
    return attempt(() => {
      for (const segment of segments) {
        move(offset, segment);
        offset += segment.length;
      }
    });
  }
}

/** Runs what the backend is asked to do; that it failed is an outcome for the guest. */
function attempt(action: () => void): number {
  try {
    action();
    return S_OK;
  } catch {
    return S_IOERR;
  }
}
