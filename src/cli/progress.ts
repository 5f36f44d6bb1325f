/** Shows how far downloads are: one line that changes, on a terminal only. */

import type { WriteStream } from "node:tty";

/** Milliseconds between changes. */
const interval = 100;

export class ProgressLine {
  readonly #stream: Pick<WriteStream, "isTTY" | "write">;
  readonly #now: () => number;
  #shownAt = Number.NEGATIVE_INFINITY;
  #visible = false;

  constructor(stream: Pick<WriteStream, "isTTY" | "write">, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  show(what: string, bytes: number, total: number): void {
    if (!this.#stream.isTTY || (bytes < total && this.#now() - this.#shownAt < interval)) return;
    this.#shownAt = this.#now();
    this.#visible = true;
    const percent = total > 0 ? Math.floor((100 * bytes) / total) : 100;
    this.#stream.write(`\r\x1b[K${what}: ${percent}% of ${megabytes(total)}`);
  }

  clear(): void {
    if (this.#visible) this.#stream.write("\r\x1b[K");
    this.#visible = false;
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
