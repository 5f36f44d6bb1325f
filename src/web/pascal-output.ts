/** Gathers what a program writes, so that the page gets it in few pieces, and not more than it can show. */

/** Characters of a run that are shown. */
export const MOST_OUTPUT = 300_000;
const PIECE = 1 << 14;
/** Milliseconds after which a piece is sent even if it is small. */
const INTERVAL = 50;

export interface OutputPorts {
  text(text: string): void;
  /** So many characters are not shown by now. */
  unshown(count: number): void;
}

export class PascalOutput {
  readonly #ports: OutputPorts;
  #kept = "";
  #shown = 0;
  #unshown = 0;
  #toldUnshown = 0;
  #last = 0;

  constructor(ports: OutputPorts) {
    this.#ports = ports;
  }

  write(text: string): void {
    const room = Math.max(0, MOST_OUTPUT - this.#shown);
    this.#kept += text.slice(0, room);
    this.#shown += Math.min(text.length, room);
    this.#unshown += Math.max(0, text.length - room);
    if (this.#kept.length >= PIECE || performance.now() - this.#last > INTERVAL) this.flush();
  }

  flush(): void {
    this.#last = performance.now();
    if (this.#kept !== "") this.#ports.text(this.#kept);
    this.#kept = "";
    if (this.#unshown > this.#toldUnshown) this.#ports.unshown(this.#unshown);
    this.#toldUnshown = this.#unshown;
  }
}
