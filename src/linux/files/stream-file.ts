/** A standard stream of the platform, as an open file; a terminal (ioctl_tty(2)) where it is one. */

import { viewOf } from "../../base/bytes.ts";
import { failed, type Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import { Mode } from "../fs/place.ts";
import type { HostStream } from "../platform.ts";
import { TERMIOS_BYTES, usualTermios } from "./line-discipline.ts";
import { type IoctlMemory, OpenFile, OpenFlag, Poll } from "./open-file.ts";
import { TerminalRequest as Request } from "./terminal-request.ts";

/** Where the local flags are in struct termios. */
const LFLAG = 12;
const ISIG = 1;
const ICANON = 2;
const ECHO = 8;

/** What the terminal has in common with the processes that use it. */
export interface TerminalJobs {
  foregroundGroup: number;
  readonly session: number;
}

/** One terminal, which all streams that lead to it share. */
export class TerminalState {
  readonly termios = usualTermios();
  readonly jobs: TerminalJobs;

  constructor(jobs: TerminalJobs) {
    this.jobs = jobs;
  }
}

export class StreamFile extends OpenFile {
  readonly name: string;
  readonly stream: HostStream;
  readonly #terminal: TerminalState | undefined;

  constructor(stream: HostStream, index: number, terminal: TerminalState) {
    super(index === 0 ? OpenFlag.O_RDONLY : OpenFlag.O_WRONLY);
    if (stream.terminal) this.flags = OpenFlag.O_RDWR;
    this.name = stream.terminal ? "/dev/tty" : `stream:[${index}]`;
    this.stream = stream;
    this.#terminal = stream.terminal ? terminal : undefined;
  }

  /** A socket of the platform is a pipe to programs, which cannot ask it what sockets are asked (inode(7)). */
  attributes(): Outcome<Attributes> {
    const attributes = this.stream.attributes();
    if (failed(attributes) || (attributes.mode & Mode.S_IFMT) !== Mode.S_IFSOCK) return attributes;
    return { ...attributes, mode: (attributes.mode & ~Mode.S_IFMT) | Mode.S_IFIFO };
  }

  override read(into: Uint8Array): Outcome<number> {
    return this.stream.read(into);
  }

  override write(from: Uint8Array): Outcome<number> {
    return this.stream.write(from);
  }

  override seek(offset: number, whence: number): Outcome<number> {
    return this.stream.seek?.(offset, whence) ?? { errno: "ESPIPE" };
  }

  override poll(): number {
    const input = this.readable && this.stream.readable ? Poll.IN | Poll.RDNORM : 0;
    return input | (this.writable && this.stream.writable ? Poll.OUT | Poll.WRNORM : 0);
  }

  override ioctl(request: number, argument: number, memory: IoctlMemory): Outcome<number> {
    const terminal = this.#terminal;
    if (!terminal) return { errno: "ENOTTY" };
    const put = (bytes: Uint8Array): Outcome<number> =>
      memory.write(argument, bytes) ? 0 : { errno: "EFAULT" };
    switch (request) {
      case Request.TCGETS:
        return put(terminal.termios);
      case Request.TCSETS:
      case Request.TCSETSW:
      case Request.TCSETSF:
        return this.#setModes(terminal, memory.read(argument, TERMIOS_BYTES));
      case Request.TIOCGWINSZ:
        return put(this.#size());
      case Request.TIOCGPGRP:
        return put(word(terminal.jobs.foregroundGroup));
      case Request.TIOCGSID:
        return put(word(terminal.jobs.session));
      case Request.TIOCSPGRP: {
        const group = memory.read(argument, 4);
        if (!group) return { errno: "EFAULT" };
        terminal.jobs.foregroundGroup = viewOf(group).getInt32(0, true);
        return 0;
      }
      case Request.TIOCSCTTY:
      case Request.TIOCSWINSZ:
        return 0;
      default:
        return { errno: "ENOTTY" };
    }
  }

  #size(): Uint8Array {
    const { rows, columns } = this.stream.terminal?.size ?? { rows: 24, columns: 80 };
    return new Uint8Array(new Uint16Array([rows, columns, 0, 0]).buffer);
  }

  #setModes(terminal: TerminalState, termios: Uint8Array | undefined): Outcome<number> {
    if (!termios) return { errno: "EFAULT" };
    terminal.termios.set(termios);
    const flags = viewOf(termios).getUint32(LFLAG, true);
    const mode = { lines: (flags & ICANON) !== 0, echo: (flags & ECHO) !== 0, signals: (flags & ISIG) !== 0 };
    this.stream.terminal?.setMode(mode);
    return 0;
  }
}

function word(value: number): Uint8Array {
  return new Uint8Array(new Int32Array([value]).buffer);
}
