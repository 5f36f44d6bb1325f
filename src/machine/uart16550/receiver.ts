/**
 * The receiving half of the UART: what was sent to the guest, and how much of it has "arrived".
 *
 * A wire would deliver input at its own pace and a driver that is still starting would lose some. Here input waits
 * on the wire until the guest listens, that is, enables the receive interrupt or polls LSR; and clearing the FIFO
 * puts what the guest had not read back on the wire. A guest cannot tell this from a sender that waits.
 */

import type { Bytes } from "../../base/bytes.ts";
import { ByteQueue } from "../byte-queue.ts";
import { restoreBytes, saveBytes } from "../saved-bytes.ts";

/** Characters that the part itself holds. */
export const FIFO_SIZE = 16;

/** Bytes of input that may wait for the guest. */
export const INPUT_LIMIT = 0x1_0000;

/** A guest that reads LSR so often in a row, finding nothing, waits for input. */
const POLLS_OF_LISTENER = 2;

export type SavedReceiver = {
  readonly waiting: string;
  readonly looped: readonly number[];
  readonly arrived: number;
  readonly polls: number;
};

/** What the guest can read: first what it sent to itself (loopback), then what arrived from the wire. */
export class Receiver {
  readonly #wire: ByteQueue;
  readonly #one = new Uint8Array(1);
  #looped: number[];
  #arrived: number;
  #polls: number;

  constructor(saved?: SavedReceiver) {
    this.#wire = new ByteQueue(INPUT_LIMIT, saved && restoreBytes(saved.waiting));
    this.#looped = [...(saved?.looped ?? [])];
    this.#arrived = saved?.arrived ?? 0;
    this.#polls = saved?.polls ?? 0;
  }

  /** Characters in the FIFO. */
  get count(): number {
    return this.#looped.length + this.#arrived;
  }

  /** Bytes that have not arrived yet. */
  get waiting(): number {
    return this.#wire.length - this.#arrived;
  }

  get room(): number {
    return this.#wire.room;
  }

  push(bytes: Bytes): number {
    return this.#wire.push(bytes);
  }

  /** A character from the UART's own transmitter; false if the FIFO was full and it is lost. */
  loop(character: number): boolean {
    if (this.count >= FIFO_SIZE) return false;
    this.#looped.push(character);
    return true;
  }

  /** Lets input arrive, as far as the FIFO takes it. */
  arrive(): void {
    this.#arrived += Math.min(FIFO_SIZE - this.count, this.waiting);
  }

  /** The guest looks at LSR. */
  poll(): void {
    if (this.count === 0 && ++this.#polls >= POLLS_OF_LISTENER) this.arrive();
  }

  /** The guest does anything but look at LSR. */
  endPolling(): void {
    this.#polls = 0;
  }

  /** Takes the next character; 0 if there is none. */
  take(): number {
    const looped = this.#looped.shift();
    if (looped !== undefined) return looped;
    if (this.#arrived === 0) return 0;
    this.#arrived--;
    this.#wire.shift(this.#one);
    return this.#one[0] ?? 0;
  }

  /** Empties the FIFO; what came over the wire will arrive again. */
  clear(): void {
    this.#looped = [];
    this.#arrived = 0;
  }

  save(): SavedReceiver {
    return {
      waiting: saveBytes(this.#wire.toBytes()),
      looped: [...this.#looped],
      arrived: this.#arrived,
      polls: this.#polls,
    };
  }
}
