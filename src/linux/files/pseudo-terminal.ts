/** Pseudo-terminals (pty(7), pts(4), ioctl_tty(2)): a terminal whose other end is a program. */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import type { Place } from "../fs/place.ts";
import type { Terminals } from "../kernel/terminals.ts";
import { LineDiscipline, TERMIOS_BYTES } from "./line-discipline.ts";
import { type IoctlMemory, OpenFile, OpenFlag, Poll } from "./open-file.ts";
import { FIONREAD } from "./pipe.ts";
import { TerminalRequest as Request } from "./terminal-request.ts";

/** Bytes that may wait for the master. */
const CAPACITY = 65536;
const TCIFLUSH = 0;
const TCIOFLUSH = 2;

export class PseudoTerminal {
  readonly id: number;
  readonly terminals: Terminals;
  readonly discipline: LineDiscipline;
  /** What programs at the terminal have written. */
  readonly output: number[] = [];
  isLocked = true;
  isMasterOpen = true;
  /** The session that it controls, and the group that has the keyboard. */
  session = 0;
  foregroundGroup = 0;
  readonly size = new Uint8Array(8);
  readonly slaves = new Set<PtySlave>();
  master: PtyMaster | undefined;
  hadSlaves = false;

  constructor(id: number, terminals: Terminals) {
    this.id = id;
    this.terminals = terminals;
    this.discipline = new LineDiscipline({
      echo: (bytes) => {
        if (this.output.length + bytes.length <= CAPACITY) this.output.push(...bytes);
      },
      signal: (signal) => this.signal(signal),
    });
  }

  signal(signal: number): void {
    if (this.foregroundGroup > 0) this.terminals.signalGroup(this.foregroundGroup, signal);
  }

  changed(): void {
    this.master?.changed.wake();
    for (const slave of this.slaves) slave.changed.wake();
  }

  /** What both ends answer alike. */
  ioctl(request: number, argument: number, memory: IoctlMemory, ofMaster: boolean): Outcome<number> {
    const put = (bytes: Uint8Array): Outcome<number> =>
      memory.write(argument, bytes) ? 0 : { errno: "EFAULT" };
    switch (request) {
      case Request.TCGETS:
        return put(this.discipline.termios);
      case Request.TCSETS:
      case Request.TCSETSW:
      case Request.TCSETSF:
        return this.#setModes(memory.read(argument, TERMIOS_BYTES), request === Request.TCSETSF);
      case Request.TIOCGWINSZ:
        return put(this.size);
      case Request.TIOCSWINSZ:
        return this.#resize(memory.read(argument, this.size.length));
      case Request.TCFLSH:
        return this.#flush(argument);
      case Request.TIOCGPGRP:
      case Request.TIOCSPGRP:
      case Request.TIOCGSID:
        return this.terminals.jobRequest(this, request, argument, memory, ofMaster);
      case Request.TCSBRK:
      case Request.TCSBRKP:
      case Request.TCXONC:
      case Request.TIOCEXCL:
      case Request.TIOCNXCL:
        return 0;
      default:
        return { errno: "ENOTTY" };
    }
  }

  #setModes(termios: Uint8Array | undefined, flushes: boolean): Outcome<number> {
    if (!termios) return { errno: "EFAULT" };
    if (flushes) this.discipline.flush();
    this.discipline.termios = termios;
    this.changed();
    return 0;
  }

  #resize(size: Uint8Array | undefined): Outcome<number> {
    if (!size) return { errno: "EFAULT" };
    const isOther = size.some((byte, at) => byte !== this.size[at]);
    this.size.set(size);
    if (isOther) this.signal(this.terminals.resizeSignal);
    return 0;
  }

  #flush(which: number): Outcome<number> {
    if (which < TCIFLUSH || which > TCIOFLUSH) return { errno: "EINVAL" };
    if (which === TCIFLUSH || which === TCIOFLUSH) this.discipline.flush();
    if (which !== TCIFLUSH) this.output.length = 0;
    return 0;
  }
}

/** The program's end (/dev/ptmx). */
export class PtyMaster extends OpenFile {
  readonly name = "/dev/ptmx";
  readonly pty: PseudoTerminal;

  constructor(pty: PseudoTerminal, flags: number, place: Place) {
    super(flags, place);
    this.pty = pty;
    pty.master = this;
  }

  attributes(): Outcome<Attributes> {
    return this.place?.node.attributes() ?? { errno: "ENOENT" };
  }

  get #isLeft(): boolean {
    return this.pty.hadSlaves && this.pty.slaves.size === 0;
  }

  override read(into: Uint8Array): Outcome<number> {
    const { output } = this.pty;
    if (output.length === 0) return { errno: this.#isLeft ? "EIO" : "EAGAIN" };
    const bytes = output.splice(0, into.length);
    into.set(bytes);
    this.pty.changed();
    return bytes.length;
  }

  override write(from: Uint8Array): Outcome<number> {
    if (from.length === 0) return 0;
    const count = this.pty.discipline.type(from);
    this.pty.changed();
    return count > 0 ? count : { errno: "EAGAIN" };
  }

  override poll(): number {
    const input = this.pty.output.length > 0 ? Poll.IN | Poll.RDNORM : 0;
    return input | Poll.OUT | Poll.WRNORM | (this.#isLeft ? Poll.HUP : 0);
  }

  override ioctl(request: number, argument: number, memory: IoctlMemory): Outcome<number> {
    const { pty } = this;
    const put = (value: number): Outcome<number> =>
      memory.write(argument, word(value)) ? 0 : { errno: "EFAULT" };
    switch (request) {
      case Request.TIOCGPTN:
        return put(pty.id);
      case Request.TIOCGPTLCK:
        return put(pty.isLocked ? 1 : 0);
      case Request.TIOCSPTLCK: {
        const lock = memory.read(argument, 4);
        if (!lock) return { errno: "EFAULT" };
        pty.isLocked = viewOf(lock).getInt32(0, true) !== 0;
        return 0;
      }
      case Request.TIOCSIG:
        if (argument < 1 || argument > 64) return { errno: "EINVAL" };
        pty.signal(argument);
        return 0;
      case FIONREAD:
        return put(pty.output.length);
      case Request.TIOCOUTQ:
        return put(0);
      default:
        return pty.ioctl(request, argument, memory, true);
    }
  }

  protected override close(): void {
    this.pty.isMasterOpen = false;
    this.pty.terminals.hangUp(this.pty);
    this.pty.changed();
  }
}

/** The terminal itself (/dev/pts/N). */
export class PtySlave extends OpenFile {
  readonly name: string;
  readonly pty: PseudoTerminal;

  constructor(pty: PseudoTerminal, flags: number, place: Place) {
    super(flags & ~OpenFlag.O_NOCTTY, place);
    this.name = `/dev/pts/${pty.id}`;
    this.pty = pty;
    pty.slaves.add(this);
    pty.hadSlaves = true;
  }

  attributes(): Outcome<Attributes> {
    return this.place?.node.attributes() ?? { errno: "ENOENT" };
  }

  override read(into: Uint8Array): Outcome<number> {
    const { discipline, isMasterOpen, terminals } = this.pty;
    const refused = terminals.refuseInput(this.pty);
    if (refused) return refused;
    if (discipline.isReadable) {
      const count = discipline.read(into);
      this.pty.master?.changed.wake();
      return count;
    }
    if (!isMasterOpen) return 0;
    return discipline.neverWaits ? 0 : { errno: "EAGAIN" };
  }

  override write(from: Uint8Array): Outcome<number> {
    const { discipline, output, terminals } = this.pty;
    if (!this.pty.isMasterOpen) return { errno: "EIO" };
    if (discipline.stopsBackgroundOutput) {
      const refused = terminals.refuseChange(this.pty);
      if (refused) return refused;
    }
    // Each byte may become two.
    const count = Math.min(from.length, (CAPACITY - output.length) >> 1);
    if (count === 0 && from.length > 0) return { errno: "EAGAIN" };
    for (const byte of discipline.output(from.subarray(0, count))) output.push(byte);
    this.pty.master?.changed.wake();
    return count;
  }

  override poll(): number {
    const { discipline, isMasterOpen } = this.pty;
    if (!isMasterOpen) return Poll.IN | Poll.RDNORM | Poll.OUT | Poll.WRNORM | Poll.ERR | Poll.HUP;
    return (discipline.isReadable ? Poll.IN | Poll.RDNORM : 0) | Poll.OUT | Poll.WRNORM;
  }

  override ioctl(request: number, argument: number, memory: IoctlMemory): Outcome<number> {
    const { pty } = this;
    const put = (value: number): Outcome<number> =>
      memory.write(argument, word(value)) ? 0 : { errno: "EFAULT" };
    if (!pty.isMasterOpen && request !== Request.TIOCNOTTY) return { errno: "EIO" };
    switch (request) {
      case FIONREAD:
        return put(pty.discipline.available);
      case Request.TIOCOUTQ:
        return put(pty.output.length);
      case Request.TIOCSCTTY:
        return pty.terminals.control(pty, true);
      case Request.TIOCNOTTY:
        return pty.terminals.leave(pty);
      case Request.TCSETS:
      case Request.TCSETSW:
      case Request.TCSETSF:
      case Request.TIOCSPGRP: {
        const refused = pty.terminals.refuseChange(pty);
        if (refused && failed(refused)) return refused;
        return pty.ioctl(request, argument, memory, false);
      }
      default:
        return pty.ioctl(request, argument, memory, false);
    }
  }

  protected override close(): void {
    this.pty.slaves.delete(this);
    this.pty.changed();
  }
}

/** Opens the terminal; it becomes that of a session that has none. */
export function openSlave(pty: PseudoTerminal, flags: number, place: Place): Outcome<OpenFile> {
  if (pty.isLocked || !pty.isMasterOpen) return { errno: "EIO" };
  const slave = new PtySlave(pty, flags, place);
  if (!(flags & OpenFlag.O_NOCTTY)) pty.terminals.control(pty, false);
  return slave;
}

function word(value: number): Uint8Array {
  return new Uint8Array(new Int32Array([value]).buffer);
}
