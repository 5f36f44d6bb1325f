/**
 * What a program reads while it runs. Its worker stands still in the middle of a `read`: lines come to it through shared
 * memory, which browsers give to pages that are isolated from others. Where there is none, input ends with what was there at
 * the beginning.
 */

/** Of a run: what is more is not taken. */
export const MOST_INPUT = 1 << 18;

const CHANGES = 0;
const LENGTH = 1;
const ENDED = 2;
const CELLS = 3;

/** The memory that both sides have. */
export interface PascalInput {
  readonly cells: Int32Array;
  readonly bytes: Uint8Array;
}

/** The page's side. */
export class InputWriter {
  readonly input: PascalInput;
  /** Whether more may follow while the program runs. */
  readonly isOpen: boolean;

  /** @param text what is there at the beginning */
  constructor(text: string, isShared: boolean) {
    const memory = (bytes: number) => (isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    this.input = { cells: new Int32Array(memory(4 * CELLS)), bytes: new Uint8Array(memory(MOST_INPUT)) };
    this.isOpen = isShared;
    this.append(text);
    if (!isShared) this.end();
  }

  /** A character is a byte, those of ISO 8859-1. Whether there was room. */
  append(text: string): boolean {
    const { cells, bytes } = this.input;
    const length = Atomics.load(cells, LENGTH);
    if (length + text.length > MOST_INPUT) return false;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      bytes[length + at] = code < 256 ? code : 63;
    }
    Atomics.store(cells, LENGTH, length + text.length);
    this.#changed();
    return true;
  }

  end(): void {
    Atomics.store(this.input.cells, ENDED, 1);
    this.#changed();
  }

  #changed(): void {
    const { cells } = this.input;
    Atomics.add(cells, CHANGES, 1);
    if (this.isOpen) Atomics.notify(cells, CHANGES);
  }
}

/** The worker's side. */
export class InputReader {
  readonly #input: PascalInput;
  readonly #waits: (isWaiting: boolean) => void;
  #at = 0;
  #waited = 0;

  /** @param waits is told before the thread stands still, and after */
  constructor(input: PascalInput, waits: (isWaiting: boolean) => void) {
    this.#input = input;
    this.#waits = waits;
  }

  /** Milliseconds that were spent waiting. */
  get waited(): number {
    return this.#waited;
  }

  /** What came since it was asked last, which it waits for; "" at the end. */
  read(): string {
    const { cells, bytes } = this.#input;
    for (;;) {
      const changes = Atomics.load(cells, CHANGES);
      const length = Atomics.load(cells, LENGTH);
      if (length > this.#at) {
        const text = Array.from(bytes.subarray(this.#at, length), (byte) => String.fromCharCode(byte)).join(
          "",
        );
        this.#at = length;
        return text;
      }
      if (Atomics.load(cells, ENDED) === 1) return "";
      this.#wait(changes);
    }
  }

  #wait(changes: number): void {
    const start = performance.now();
    this.#waits(true);
    Atomics.wait(this.#input.cells, CHANGES, changes);
    this.#waits(false);
    this.#waited += performance.now() - start;
  }
}
