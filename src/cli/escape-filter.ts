/** The escape key of the terminal: Ctrl-A x leaves, Ctrl-A Ctrl-A is one Ctrl-A for the guest. */

const ctrlA = 0x01;
const leaves = new Set([..."xX"].map((letter) => letter.charCodeAt(0)));

export class EscapeFilter {
  readonly #leave: () => void;
  #escaped = false;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  /** The bytes that are for the guest. */
  filter(bytes: Uint8Array): Uint8Array {
    const kept: number[] = [];
    for (const byte of bytes) {
      if (this.#escaped) {
        this.#escaped = false;
        if (leaves.has(byte)) this.#leave();
        else kept.push(...(byte === ctrlA ? [ctrlA] : [ctrlA, byte]));
      } else if (byte === ctrlA) this.#escaped = true;
      else kept.push(byte);
    }
    return Uint8Array.from(kept);
  }
}
