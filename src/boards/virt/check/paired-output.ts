/** What two machines write to one place: shown once, and compared. */

import { concatBytes } from "../../../base/bytes.ts";

export class PairedOutput {
  readonly #show: (bytes: Uint8Array) => void;
  /** What the first machine wrote and the second did not yet. */
  #ahead: Uint8Array = new Uint8Array(0);
  #isEqual = true;
  /** Nothing is shown or compared any more. */
  isOff = false;

  constructor(show: (bytes: Uint8Array) => void) {
    this.#show = show;
  }

  /** Whether both have written the same. */
  get isEqual(): boolean {
    return this.#isEqual && this.#ahead.length === 0;
  }

  /** A machine wrote; the first one is always run before the second. */
  write(machine: number, bytes: Uint8Array): void {
    if (this.isOff) return;
    if (machine === 0) {
      this.#ahead = concatBytes([this.#ahead, bytes]);
      this.#show(bytes);
      return;
    }
    this.#isEqual &&= bytes.every((byte, index) => byte === this.#ahead[index]);
    this.#ahead = this.#ahead.subarray(bytes.length);
  }
}
