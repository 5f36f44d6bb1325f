/**
 * Puts the terminal into raw mode, and back however the process ends.
 *
 * Node's own raw mode still turns every line feed into carriage return and line feed, which breaks full-screen
 * programs of the guest; stty(1) switches that off. Where there is no stty it stays.
 */

import { spawnSync } from "node:child_process";
import type { ReadStream } from "node:tty";

export class RawTerminal {
  readonly #stream: ReadStream;
  readonly #leave = () => this.leave();
  readonly #again = () => {
    this.#stream.setRawMode(false);
    this.#setRaw();
  };

  constructor(stream: ReadStream) {
    this.#stream = stream;
  }

  enter(): void {
    this.#setRaw();
    process.on("exit", this.#leave);
    // Whoever stopped us and lets us go on may have used the terminal meanwhile.
    process.on("SIGCONT", this.#again);
  }

  leave(): void {
    process.off("exit", this.#leave);
    process.off("SIGCONT", this.#again);
    this.#stream.setRawMode(false);
  }

  #setRaw(): void {
    this.#stream.setRawMode(true);
    spawnSync("stty", ["-opost"], { stdio: ["inherit", "ignore", "ignore"] });
  }
}
