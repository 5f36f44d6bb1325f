/** What two connected stream sockets have between them: bytes in both directions, each with its end. */

import { ChunkQueue } from "../../base/chunk-queue.ts";
import type { ErrnoName } from "../../base/errno.ts";

/** One end of a connection. Nothing here waits. */
export interface Channel {
  /** Called when something has changed, from either end. */
  changed: () => void;
  /** Bytes that have come and were not taken. */
  readonly available: number;
  /** The other end will send no more. */
  readonly ended: boolean;
  /** How the connection broke, if it did. */
  readonly error: ErrnoName | undefined;
  /** Bytes that can be sent now. */
  readonly room: number;
  take(into: Uint8Array, peeks: boolean): number;
  put(from: Uint8Array): number;
  /** Nothing more will be sent. */
  end(): void;
  /** Nothing more will be taken either; with `resets` the other end hears that something was lost. */
  close(resets: boolean): void;
}

const CAPACITY = 1 << 18;

/** Bytes on their way. */
class Flow {
  readonly #queue = new ChunkQueue();
  hasEnd = false;

  get length(): number {
    return this.#queue.length;
  }

  get room(): number {
    return CAPACITY - this.length;
  }

  put(from: Uint8Array): number {
    const chunk = from.slice(0, this.room);
    this.#queue.push(chunk);
    return chunk.length;
  }

  take(into: Uint8Array, peeks: boolean): number {
    return this.#queue.take(into, peeks);
  }
}

/** A connection between two sockets of one kernel. */
class LocalChannel implements Channel {
  changed: () => void = () => {};
  error: ErrnoName | undefined;
  readonly #incoming: Flow;
  readonly #outgoing: Flow;
  #other: LocalChannel | undefined;
  #isClosed = false;

  constructor(incoming: Flow, outgoing: Flow) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  join(other: LocalChannel): void {
    this.#other = other;
  }

  get available(): number {
    return this.#incoming.length;
  }

  get ended(): boolean {
    return this.#incoming.hasEnd;
  }

  get room(): number {
    return this.#isUnheard ? CAPACITY : this.#outgoing.room;
  }

  /** Nobody is at the other end any more. */
  get #isUnheard(): boolean {
    return !this.#other || this.#other.#isClosed;
  }

  take(into: Uint8Array, peeks: boolean): number {
    const count = this.#incoming.take(into, peeks);
    if (count > 0 && !peeks) this.#other?.changed();
    return count;
  }

  put(from: Uint8Array): number {
    const other = this.#other;
    if (!other || other.#isClosed) {
      // Nobody takes it: the answer is a reset, which the next call hears of.
      this.error = this.ended ? "EPIPE" : "ECONNRESET";
      this.changed();
      return from.length;
    }
    const count = this.#outgoing.put(from);
    other.changed();
    return count;
  }

  end(): void {
    this.#outgoing.hasEnd = true;
    this.#other?.changed();
  }

  close(resets: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const other = this.#other;
    if (other && !other.#isClosed && (resets || this.available > 0)) {
      other.error = other.ended ? "EPIPE" : "ECONNRESET";
    } else this.#outgoing.hasEnd = true;
    other?.changed();
  }
}

/** Both ends of a new connection. */
export function channelPair(): readonly [Channel, Channel] {
  const [there, back] = [new Flow(), new Flow()];
  const [first, second] = [new LocalChannel(back, there), new LocalChannel(there, back)];
  first.join(second);
  second.join(first);
  return [first, second];
}
