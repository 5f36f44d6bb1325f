/**
 * Block device: VIRTIO 1.2, section 5.2. A request is `{ type: u32, reserved: u32, sector: u64 }`, data, and a status byte
 * in the last writable place. Requests are served in order, at once where the backend does so; else each is returned when the
 * backend has done it, and those behind it go on meanwhile.
 */

import { type Bytes, viewOf } from "../../../base/bytes.ts";
import type { Chain } from "../chain.ts";
import { gather, lengthOf, type Segments, scatter, splitAt } from "../segments.ts";
import type { VirtioDevice, VirtioDriver } from "../virtio-device.ts";
import type { Virtqueue } from "../virtqueue.ts";

/**
 * What holds the blocks. Offsets and sizes are in bytes, of whole sectors inside the disk. A call has done what it is for when it returns undefined; else it gives a
 * promise for it. One that fails throws or rejects; the guest sees an I/O error.
 */
export interface BlockBackend {
  /** A multiple of 512. */
  readonly size: number;
  readonly readOnly: boolean;
  /** Fills `into`, or promises as many bytes: `into` is not to be touched after the call. */
  read(offset: number, into: Bytes): undefined | Promise<Bytes>;
  /** `from` holds the bytes only during the call. */
  write(offset: number, from: Bytes): undefined | Promise<void>;
  /** Done when all that was written before is safe. */
  flush(): undefined | Promise<void>;
}

/** One that does all at once, so that a machine's run depends on nothing else. */
export interface ImmediateBlockBackend extends BlockBackend {
  read(offset: number, into: Bytes): undefined;
  write(offset: number, from: Bytes): undefined;
  flush(): undefined;
}

export interface VirtioBlockPorts {
  readonly backend: BlockBackend;
  /** Calls what a request that was promised has to do in the end, between two runs of the machine; never, where it is gone. */
  readonly later: (act: () => void) => void;
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
  readonly #later: VirtioBlockPorts["later"];
  /** Goes up with each reset: what was promised before is of no interest. */
  #epoch = 0;

  constructor(ports: VirtioBlockPorts, saved?: SavedVirtioBlock) {
    this.#backend = ports.backend;
    this.#later = ports.later;
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

  reset(): void {
    this.#epoch++;
  }

  notify(index: number): void {
    const queue = this.#driver?.queue(index);
    queue?.serve((chain) => this.#serve(chain, queue));
  }

  /**
   * Serves a request and returns how many bytes it wrote; undefined: it is not done yet. Without a place for the status there is
   * nothing to say.
   */
  #serve(chain: Chain, queue: Virtqueue): number | undefined {
    const [header, out] = splitAt(chain.readable, HEADER_SIZE);
    const capacity = lengthOf(chain.writable);
    if (capacity === 0 || lengthOf(header) < HEADER_SIZE) {
      this.#misuse++;
      return 0;
    }
    const [data, statusPlace] = splitAt(chain.writable, capacity - 1);
    const finish = (status: number): number => {
      scatter(Uint8Array.of(status), statusPlace);
      return capacity;
    };
    const answer = this.#request(viewOf(gather(header)), out, data);
    if (typeof answer === "number") return finish(answer);
    const epoch = this.#epoch;
    const complete = (end: () => number) =>
      this.#later(() => {
        if (this.#epoch !== epoch) return;
        chain.renew();
        queue.finish(chain, finish(end()));
      });
    void answer.catch(() => () => S_IOERR).then(complete);
    return undefined;
  }

  #request(header: DataView, out: Segments, data: Segments): Answer {
    const backend = this.#backend;
    const sector = header.getUint32(8, true) + header.getUint32(12, true) * 2 ** 32;
    switch (header.getUint32(0, true)) {
      case T_IN:
        return this.#transfer(sector, data, (offset, segments) => this.#read(offset, segments));
      case T_OUT:
        if (backend.readOnly) return S_IOERR;
        return this.#transfer(sector, out, (offset, segments) =>
          backend.write(offset, gather(segments))?.then(nothing),
        );
      case T_FLUSH:
        return attempt([() => backend.flush()?.then(nothing)]);
      case T_GET_ID:
        scatter(this.#serial, data);
        return S_OK;
      default:
        return S_UNSUPP;
    }
  }

  /** Moves whole sectors from `sector` on: a segment at a time, unless they are cut elsewhere. */
  #transfer(sector: number, segments: Segments, move: (offset: number, segments: Segments) => Part): Answer {
    const length = lengthOf(segments);
    const start = sector * SECTOR_SIZE;
    if (length % SECTOR_SIZE !== 0 || start + length > this.#backend.size) {
      this.#misuse++;
      return S_IOERR;
    }
    if (segments.some((segment) => segment.length % SECTOR_SIZE !== 0))
      return attempt([() => move(start, segments)]);
    let offset = start;
    const parts = segments.map((segment) => {
      const at = offset;
      offset += segment.length;
      return () => move(at, [segment]);
    });
    return attempt(parts);
  }

  #read(offset: number, segments: Segments): Part {
    const [first] = segments;
    const into = first && segments.length === 1 ? first : new Uint8Array(lengthOf(segments));
    const promise = this.#backend.read(offset, into);
    if (promise) return promise.then((bytes) => () => void scatter(bytes, segments));
    if (into !== first) scatter(into, segments);
    return undefined;
  }
}

/** A status; or, promised, what is to be done at the end and gives the status. */
type Answer = number | Promise<() => number>;

/** A part of a request: done, or promised with what is to be done at the end. */
type Part = undefined | Promise<() => void>;

const nothing = () => () => {};

/** Does the parts until one fails; that the backend failed is an outcome for the guest. */
function attempt(parts: readonly (() => Part)[]): Answer {
  const promised: Promise<() => void>[] = [];
  let status = S_OK;
  try {
    for (const part of parts) {
      const promise = part();
      if (promise) promised.push(promise);
    }
  } catch {
    status = S_IOERR;
  }
  if (promised.length === 0) return status;
  return Promise.all(promised).then((ends) => () => {
    for (const end of ends) end();
    return status;
  });
}
