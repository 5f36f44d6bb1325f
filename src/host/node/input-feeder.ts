/** Passes a stream on to a guest as fast as the guest takes it: while it takes nothing, the stream rests. */

import type { Readable } from "node:stream";

export interface FeederPorts {
  /** Offers bytes; how many were taken. */
  take(bytes: Uint8Array): number;
  /** What comes is the whole input, and all of it was taken. */
  end(): void;
  /** Changes what was read before it is offered. */
  filter?(bytes: Uint8Array): Uint8Array;
}

export class InputFeeder {
  readonly #stream: Readable;
  readonly #ports: FeederPorts;
  #waiting: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(stream: Readable, ports: FeederPorts) {
    this.#stream = stream;
    this.#ports = ports;
  }

  /** Begins to read. A stream that fails ends. */
  start(): void {
    const ended = () => {
      this.#ended = true;
      this.offer();
    };
    this.#stream.on("data", (chunk: Uint8Array) => this.#add(chunk));
    this.#stream.once("end", ended);
    this.#stream.once("error", ended);
  }

  /** Offers what is left; to be called when there is room again. */
  offer(): void {
    if (this.#waiting.length > 0) this.#waiting = this.#waiting.subarray(this.#ports.take(this.#waiting));
    if (this.#waiting.length > 0) this.#stream.pause();
    else if (this.#stream.isPaused()) this.#stream.resume();
    if (this.#ended && this.#waiting.length === 0) {
      this.#ended = false;
      this.#ports.end();
    }
  }

  #add(chunk: Uint8Array): void {
    const bytes = this.#ports.filter?.(chunk) ?? chunk;
    this.#waiting = this.#waiting.length > 0 ? Buffer.concat([this.#waiting, bytes]) : bytes;
    this.offer();
  }
}
