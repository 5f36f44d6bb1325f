/** Gathers text for the page, so that it comes in few pieces, and not more than the page can show. */

/** Characters that are shown, until `clear`. */
const MOST = 300_000;
const PIECE = 1 << 14;
/** Milliseconds after which a piece is sent even if it is small. */
const INTERVAL = 50;

export interface TextPieces {
  text(text: string): void;
  /** So many characters are not shown by now. */
  unshown(count: number): void;
}

export class BoundedText {
  readonly #ports: TextPieces;
  #kept = "";
  #shown = 0;
  #unshown = 0;
  #toldUnshown = 0;
  #last = 0;

  constructor(ports: TextPieces) {
    this.#ports = ports;
  }

  write(text: string): void {
    const room = Math.max(0, MOST - this.#shown);
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

  /** Begins anew. */
  clear(): void {
    this.#kept = "";
    this.#shown = 0;
    this.#unshown = 0;
    this.#toldUnshown = 0;
  }
}
