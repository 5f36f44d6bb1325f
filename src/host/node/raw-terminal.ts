/** Puts the terminal into raw mode, and back however the process ends. */

import type { ReadStream } from "node:tty";

export class RawTerminal {
  readonly #stream: ReadStream;
  readonly #leave = () => this.leave();
  readonly #again = () => this.#stream.setRawMode(true);

  constructor(stream: ReadStream) {
    this.#stream = stream;
  }

  enter(): void {
    this.#stream.setRawMode(true);
    process.on("exit", this.#leave);
    // Whoever stopped us and lets us go on may have used the terminal meanwhile.
    process.on("SIGCONT", this.#again);
  }

  leave(): void {
    process.off("exit", this.#leave);
    process.off("SIGCONT", this.#again);
    this.#stream.setRawMode(false);
  }
}
