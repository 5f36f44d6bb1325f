/** A wire that several devices pull: raised while any of them raises it. */

import type { InterruptLine } from "./device.ts";

/** Each `tap` is one device's end of the wire. */
export class SharedWire {
  readonly #line: InterruptLine;
  readonly #raised = new Set<InterruptLine>();

  constructor(line: InterruptLine) {
    this.#line = line;
  }

  /** A new end of the wire. */
  tap(): InterruptLine {
    const end: InterruptLine = {
      set: (raised) => {
        if (raised === this.#raised.has(end)) return;
        if (raised) this.#raised.add(end);
        else this.#raised.delete(end);
        this.#line.set(this.#raised.size > 0);
      },
    };
    return end;
  }
}
