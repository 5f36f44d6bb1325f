/**
 * What a terminal does to the bytes that go through it (termios(3)): lines and their editing, echo, signals by keys, and
 * carriage returns. Left out: parity, modems, flow control by ^S and ^Q, delays, case conversion.
 */

import { viewOf } from "../../base/bytes.ts";
import { signals } from "../kernel/signals.ts";

/** struct termios: four flag words, the line discipline, 19 control characters. */
export const TERMIOS_BYTES = 36;
const CONTROL_AT = 17;

const Input = { ISTRIP: 0x20, INLCR: 0x40, IGNCR: 0x80, ICRNL: 0x100 } as const;
const Output = { OPOST: 1, ONLCR: 4, OCRNL: 8, ONLRET: 0x20 } as const;
const Local = {
  ISIG: 1,
  ICANON: 2,
  ECHO: 8,
  ECHOE: 0x10,
  ECHOK: 0x20,
  ECHONL: 0x40,
  NOFLSH: 0x80,
  TOSTOP: 0x100,
  ECHOCTL: 0x200,
  ECHOKE: 0x800,
  IEXTEN: 0x8000,
} as const;
/** Indices of control characters. */
const Key = {
  INTR: 0,
  QUIT: 1,
  ERASE: 2,
  KILL: 3,
  EOF: 4,
  TIME: 5,
  MIN: 6,
  SUSP: 10,
  EOL: 11,
  WERASE: 14,
  LNEXT: 15,
  EOL2: 16,
} as const;

const NEWLINE = 10;
const RETURN = 13;
/** A line is at most so long, and so much may wait to be read. */
const LONGEST_LINE = 4095;
const CAPACITY = 65536;

/** As a terminal begins: lines, echo, signals (stty sane). */
export function usualTermios(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(TERMIOS_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, 0x500, true);
  view.setUint32(4, 0x05, true);
  view.setUint32(8, 0xbf, true);
  view.setUint32(12, 0x8a3b, true);
  bytes.set([3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22], CONTROL_AT);
  return bytes;
}

export interface LineEnds {
  /** Bytes for whoever has the other end: what was echoed. */
  readonly echo: (bytes: readonly number[]) => void;
  readonly signal: (signal: number) => void;
}

export class LineDiscipline {
  readonly #ends: LineEnds;
  #termios = usualTermios();
  /** What can be read; in lines, each with its end. */
  readonly #lines: number[][] = [];
  #waiting = 0;
  /** The line that is being typed. */
  #line: number[] = [];
  #takesNext = false;

  constructor(ends: LineEnds) {
    this.#ends = ends;
  }

  get termios(): Uint8Array<ArrayBuffer> {
    return this.#termios;
  }

  set termios(bytes: Uint8Array) {
    const wasLines = this.#local(Local.ICANON);
    this.#termios = Uint8Array.from(bytes);
    // What was being typed can be read at once where there are no lines any more.
    if (wasLines && !this.#local(Local.ICANON)) this.#finishLine();
  }

  #flags(word: number): number {
    return viewOf(this.#termios).getUint32(4 * word, true);
  }

  #local(flag: number): boolean {
    return (this.#flags(3) & flag) !== 0;
  }

  get stopsBackgroundOutput(): boolean {
    return this.#local(Local.TOSTOP);
  }

  #key(index: number): number {
    return this.#termios[CONTROL_AT + index] ?? 0;
  }

  #isKey(byte: number, index: number): boolean {
    return byte !== 0 && byte === this.#key(index);
  }

  get available(): number {
    return this.#waiting;
  }

  /** Whether read(2) has something to give: a line, or MIN bytes. */
  get isReadable(): boolean {
    if (this.#local(Local.ICANON)) return this.#lines.length > 0;
    return this.#waiting >= Math.max(1, this.#key(Key.TIME) > 0 ? 1 : this.#key(Key.MIN));
  }

  /** Whether read(2) returns with nothing instead of waiting (MIN and TIME are 0). */
  get neverWaits(): boolean {
    return !this.#local(Local.ICANON) && this.#key(Key.MIN) === 0 && this.#key(Key.TIME) === 0;
  }

  /** Tenths of a second that reading waits at most; 0 is without end. */
  get patience(): number {
    return !this.#local(Local.ICANON) && this.#key(Key.MIN) === 0 ? this.#key(Key.TIME) : 0;
  }

  read(into: Uint8Array): number {
    const byLine = this.#local(Local.ICANON);
    let done = 0;
    for (let line = this.#lines[0]; line && done < into.length; line = this.#lines[0]) {
      const part = line.splice(0, into.length - done);
      into.set(part, done);
      done += part.length;
      if (line.length === 0) this.#lines.shift();
      if (byLine) break;
    }
    this.#waiting -= done;
    return done;
  }

  /** What is waiting to be read is gone (tcflush(3)). */
  flush(): void {
    this.#lines.length = 0;
    this.#line = [];
    this.#waiting = 0;
  }

  /** Bytes that are typed; how many were taken. */
  type(bytes: Uint8Array): number {
    for (const [index, byte] of bytes.entries()) {
      // Ends of file are lines without bytes: they are counted too.
      if (this.#waiting + this.#line.length + this.#lines.length >= CAPACITY) return index;
      this.#typeByte(byte);
    }
    return bytes.length;
  }

  #typeByte(typed: number): void {
    const input = this.#flags(0);
    let byte = input & Input.ISTRIP ? typed & 0x7f : typed;
    if (this.#takesNext) {
      this.#takesNext = false;
      this.#put(byte);
      return;
    }
    if (byte === RETURN) {
      if (input & Input.IGNCR) return;
      if (input & Input.ICRNL) byte = NEWLINE;
    } else if (byte === NEWLINE && input & Input.INLCR) byte = RETURN;
    if (this.#local(Local.ISIG) && this.#signals(byte)) return;
    if (this.#local(Local.ICANON)) this.#edit(byte);
    else {
      this.#echoByte(byte);
      this.#give([byte]);
    }
  }

  #signals(byte: number): boolean {
    const signal = this.#isKey(byte, Key.INTR)
      ? signals.SIGINT
      : this.#isKey(byte, Key.QUIT)
        ? signals.SIGQUIT
        : this.#isKey(byte, Key.SUSP)
          ? signals.SIGTSTP
          : 0;
    if (signal === 0) return false;
    if (!this.#local(Local.NOFLSH)) this.flush();
    this.#echoByte(byte);
    this.#ends.signal(signal);
    return true;
  }

  #edit(byte: number): void {
    const isExtended = this.#local(Local.IEXTEN);
    if (this.#isKey(byte, Key.ERASE)) this.#erase();
    else if (this.#isKey(byte, Key.KILL)) while (this.#line.length > 0) this.#erase();
    else if (isExtended && this.#isKey(byte, Key.WERASE)) this.#eraseWord();
    else if (isExtended && this.#isKey(byte, Key.LNEXT)) this.#quoteNext();
    else if (this.#isKey(byte, Key.EOF)) this.#finishLine(true);
    else {
      this.#put(byte);
      const isEnd = byte === NEWLINE || this.#isKey(byte, Key.EOL) || this.#isKey(byte, Key.EOL2);
      if (isEnd) this.#finishLine();
    }
  }

  /** Shows a caret, which the next character is written over. */
  #quoteNext(): void {
    this.#takesNext = true;
    if (this.#local(Local.ECHO) && this.#local(Local.ECHOCTL)) this.#ends.echo([94, 8]);
  }

  #put(byte: number): void {
    if (!this.#local(Local.ICANON)) this.#give([byte]);
    else if (this.#line.length < LONGEST_LINE || byte === NEWLINE) this.#line.push(byte);
    if (byte === NEWLINE && this.#local(Local.ECHONL) && !this.#local(Local.ECHO)) {
      this.#ends.echo(this.output(Uint8Array.of(byte)));
    }
    this.#echoByte(byte);
  }

  #finishLine(isEnd = false): void {
    if (this.#line.length > 0 || isEnd) this.#give(this.#line);
    this.#line = [];
  }

  #give(bytes: number[]): void {
    this.#lines.push(bytes);
    this.#waiting += bytes.length;
  }

  #erase(): void {
    const byte = this.#line.pop();
    if (byte === undefined || !this.#local(Local.ECHO)) return;
    const width = this.#isControl(byte) ? 2 : 1;
    if (this.#local(Local.ECHOE)) for (let at = 0; at < width; at++) this.#ends.echo([8, 32, 8]);
    else this.#ends.echo([this.#key(Key.ERASE)]);
  }

  #eraseWord(): void {
    const isBlank = () => [32, 9].includes(this.#line.at(-1) ?? 0);
    while (this.#line.length > 0 && isBlank()) this.#erase();
    while (this.#line.length > 0 && !isBlank()) this.#erase();
  }

  #isControl(byte: number): boolean {
    return this.#local(Local.ECHOCTL) && (byte < 32 || byte === 127) && byte !== NEWLINE && byte !== 9;
  }

  #echoByte(byte: number): void {
    if (!this.#local(Local.ECHO)) return;
    if (this.#isControl(byte)) this.#ends.echo([94, byte ^ 64]);
    else this.#ends.echo(this.output(Uint8Array.of(byte)));
  }

  /** What comes out at the other end of bytes that a program writes. */
  output(bytes: Uint8Array): number[] {
    const flags = this.#flags(1);
    if (!(flags & Output.OPOST)) return [...bytes];
    const out: number[] = [];
    for (const byte of bytes) {
      if (byte === NEWLINE && flags & Output.ONLCR) out.push(RETURN, NEWLINE);
      else if (byte === RETURN && flags & Output.OCRNL) out.push(NEWLINE);
      else out.push(byte);
    }
    return out;
  }
}
