/**
 * A terminal for the first program, whose other end whoever runs the machine has: a pseudo-terminal (pty(7)), for platforms
 * that have no terminal of their own.
 */

import { viewOf } from "../base/bytes.ts";
import { failed } from "../base/errno.ts";
import { InternalError } from "../base/errors.ts";
import { OpenFlag } from "./files/open-file.ts";
import { openSlave, PseudoTerminal } from "./files/pseudo-terminal.ts";
import { TerminalRequest } from "./files/terminal-request.ts";
import type { Kernel } from "./kernel/kernel.ts";
import type { Task } from "./kernel/task.ts";
import type { TerminalSize } from "./platform.ts";

const STREAMS = 3;

export class ProgramTerminal {
  readonly #kernel: Kernel;
  readonly #pty: PseudoTerminal;
  /** Typed, but not taken yet: so much waits to be read. */
  #untaken: Uint8Array = new Uint8Array(0);

  constructor(kernel: Kernel, size: TerminalSize) {
    this.#kernel = kernel;
    const { terminals } = kernel;
    const pty = terminals.add((id) => new PseudoTerminal(id, terminals));
    if (failed(pty)) throw new InternalError("a new kernel has no terminals");
    pty.isLocked = false;
    this.#pty = pty;
    this.resize(size);
  }

  /** Gives it to a process that leads a session, as those of its standard streams that it does not have. */
  openFor({ process }: Task): void {
    const place = this.#kernel.mounts.walk(process.walkView, `/dev/pts/${this.#pty.id}`, { follow: true });
    const file = failed(place) ? place : openSlave(this.#pty, OpenFlag.O_RDWR, place);
    if (failed(file)) throw new InternalError(`the terminal cannot be opened: ${file.errno}`);
    for (let number = 0; number < STREAMS; number++) {
      if (failed(process.descriptors.get(number))) process.descriptors.put(number, file, false);
    }
  }

  /** What a user types. More than fits into the terminal's queue is kept until there is room. */
  type(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#untaken.length + bytes.length);
    all.set(this.#untaken);
    all.set(bytes, this.#untaken.length);
    this.#untaken = all.subarray(this.#pty.discipline.type(all));
    this.#pty.changed();
  }

  resize({ rows, columns }: TerminalSize): void {
    const size = new Uint8Array(8);
    viewOf(size).setUint16(0, rows, true);
    viewOf(size).setUint16(2, columns, true);
    this.#pty.ioctl(TerminalRequest.TIOCSWINSZ, 0, { read: () => size, write: () => true }, true);
  }

  /** What programs have written and the terminal has echoed since it was asked last. Programs wait while much is left here. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = Uint8Array.from(this.#pty.output);
    this.#pty.output.length = 0;
    if (bytes.length > 0 || this.#untaken.length > 0) this.type(new Uint8Array(0));
    return bytes;
  }
}
