/** The last of what a guest's kernel said, and whether it panicked. */

const panic = "Kernel panic - not syncing";
/** Said last, by a kernel that does not reset: it was not told to, or not yet. */
const end = `end ${panic}`;
const newLine = 10;
/** Characters that are kept; half of them are thrown away at a time. */
const limit = 1 << 17;

export class KernelLog {
  #text = "";
  #panicked = false;
  readonly #onEnd: (() => void) | undefined;

  /** @param onEnd called when the kernel has panicked and will do nothing more */
  constructor(onEnd?: () => void) {
    this.#onEnd = onEnd;
  }

  get panicked(): boolean {
    return this.#panicked || this.#text.includes(panic);
  }

  add(bytes: Uint8Array): void {
    this.#text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    if (bytes.includes(newLine) && this.#text.includes(end)) this.#onEnd?.();
    if (this.#text.length <= limit) return;
    this.#panicked = this.panicked;
    this.#text = this.#text.slice(-limit / 2);
  }

  /** The last lines, at most so many. */
  tail(lines: number): string[] {
    return this.#text.split(/\r*\n/).filter(Boolean).slice(-lines);
  }
}
