/** Passes what a guest writes on to a stream: while the stream's reader is slow, the guest has to wait. */

import type { Writable } from "node:stream";

export interface WriterPorts {
  /** Nothing more should come for now. */
  hold(): void;
  /** The end of a `hold`. */
  resume(): void;
  /** Nobody reads the stream any more (EPIPE), or it failed; what comes later is thrown away. */
  broken(): void;
}

export class OutputWriter {
  readonly #stream: Writable;
  readonly #ports: WriterPorts;
  #full = false;
  #broken = false;

  constructor(stream: Writable, ports: WriterPorts) {
    this.#stream = stream;
    this.#ports = ports;
    stream.on("error", () => this.#fail());
    stream.on("drain", () => this.#drained());
  }

  /** @param bytes valid only during the call */
  write(bytes: Uint8Array): void {
    if (this.#broken || this.#stream.write(Buffer.from(bytes)) || this.#full) return;
    this.#full = true;
    this.#ports.hold();
  }

  /** Waits until everything is written, or cannot be. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#broken) resolve();
      else this.#stream.write("", () => resolve());
    });
  }

  #drained(): void {
    if (!this.#full) return;
    this.#full = false;
    this.#ports.resume();
  }

  #fail(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#drained();
    this.#ports.broken();
  }
}
