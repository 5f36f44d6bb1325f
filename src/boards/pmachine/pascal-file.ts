/**
 * The files of a program. ISO 7185, sections 6.4.3.5 and 6.6.5.2. Input is read as late as can be: f^ is looked for when the
 * program asks for it, for eof or for eoln, so that a terminal is read after what was written before.
 */

import type { OpenFile } from "./file-ports.ts";
import { RunTimeError } from "./run-time-error.ts";

const CHUNK = 1 << 16;
const LINE_FEED = 10;
const RETURN = 13;
/** What `peek` gives at the end of a line and of the file. */
export const END_OF_LINE = -1;
export const END_OF_FILE = -2;

/** A file that is nowhere but in memory. */
class MemoryFile {
  bytes = new Uint8Array(256);
  length = 0;
  #at = 0;

  rewind(): void {
    this.#at = 0;
  }

  clear(): void {
    this.length = 0;
    this.#at = 0;
  }

  read(buffer: Uint8Array): number {
    const count = Math.min(buffer.length, this.length - this.#at);
    buffer.set(this.bytes.subarray(this.#at, this.#at + count));
    this.#at += count;
    return count;
  }

  write(bytes: Uint8Array): void {
    const end = this.length + bytes.length;
    if (end > this.bytes.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(bytes, this.length);
    this.length = end;
  }

  close(): void {}
}

export class PascalFile {
  readonly isText: boolean;
  readonly elementBytes: number;
  mode: "none" | "read" | "write" = "none";
  /** The buffer variable holds what the file has at its present place. */
  isLoaded = false;
  readonly #openOutside: ((mode: "read" | "write") => OpenFile) | undefined;
  readonly #inside: MemoryFile | undefined;
  #stream: OpenFile | undefined;
  #buffer = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #atEnd = false;
  /** The last thing that was passed is the end of a line. */
  #lineIsEmpty = true;

  /** @param open opens the file outside; absent for one that is only in memory */
  constructor(isText: boolean, elementBytes: number, open?: (mode: "read" | "write") => OpenFile) {
    this.isText = isText;
    this.elementBytes = elementBytes;
    this.#openOutside = open;
    this.#inside = open ? undefined : new MemoryFile();
  }

  reset(): void {
    if (this.mode === "none" && this.#inside)
      throw new RunTimeError("reset of a file that was never written");
    this.close();
    this.#inside?.rewind();
    this.#stream = this.#inside ?? this.#openOutside?.("read");
    this.#begin("read");
  }

  rewrite(): void {
    this.close();
    this.#inside?.clear();
    this.#stream = this.#inside ?? this.#openOutside?.("write");
    this.#begin("write");
  }

  #begin(mode: "read" | "write"): void {
    this.mode = mode;
    this.isLoaded = false;
    this.#at = 0;
    this.#end = 0;
    this.#atEnd = false;
    this.#lineIsEmpty = true;
    if (this.#buffer.length === 0) this.#buffer = new Uint8Array(CHUNK);
  }

  /** Writes what is still to be written. */
  flush(): void {
    if (this.mode !== "write" || this.#at === 0) return;
    this.#stream?.write(this.#buffer.subarray(0, this.#at));
    this.#at = 0;
  }

  close(): void {
    if (this.mode === "write" && this.isText && !this.#lineIsEmpty) this.writeByte(LINE_FEED);
    this.flush();
    this.#stream?.close();
    this.#stream = undefined;
  }

  // Reading

  #requireReading(what: string): void {
    if (this.mode !== "read") {
      throw new RunTimeError(
        this.mode === "none"
          ? `${what} of a file that is not open`
          : `${what} of a file that is being written`,
      );
    }
  }

  /** Reads more, if all is used: whether there is any. */
  #fill(): boolean {
    if (this.#at < this.#end) return true;
    if (this.#atEnd) return false;
    this.#at = 0;
    this.#end = this.#stream?.read(this.#buffer) ?? 0;
    this.#atEnd = this.#end === 0;
    return !this.#atEnd;
  }

  isAtEnd(): boolean {
    if (this.mode === "write") return true;
    this.#requireReading("eof");
    return this.isText ? this.peek() === END_OF_FILE : !this.#fill();
  }

  /** The next character of a text, `END_OF_LINE` or `END_OF_FILE`. The last line has an end, even if it is not written. */
  peek(): number {
    if (!this.#fill()) return this.#lineIsEmpty ? END_OF_FILE : END_OF_LINE;
    const byte = this.#buffer[this.#at] ?? 0;
    if (byte === LINE_FEED) return END_OF_LINE;
    if (byte !== RETURN) return byte;
    return this.#isReturnBeforeLineFeed() ? END_OF_LINE : byte;
  }

  #isReturnBeforeLineFeed(): boolean {
    if (this.#at + 1 < this.#end) return this.#buffer[this.#at + 1] === LINE_FEED;
    const more = new Uint8Array(CHUNK);
    more[0] = RETURN;
    const count = this.#stream?.read(more.subarray(1)) ?? 0;
    this.#buffer = more;
    this.#at = 0;
    this.#end = 1 + count;
    return count > 0 && more[1] === LINE_FEED;
  }

  isAtLineEnd(): boolean {
    this.#requireReading("eoln");
    const next = this.peek();
    if (next === END_OF_FILE) throw new RunTimeError("eoln at the end of the file");
    return next === END_OF_LINE;
  }

  /** Passes the next character, or component. */
  advance(what: string): void {
    this.#requireReading(what);
    this.isLoaded = false;
    if (!this.isText) {
      if (!this.#fill()) throw new RunTimeError(`${what} at the end of the file`);
      this.#skip(this.elementBytes);
      return;
    }
    const next = this.peek();
    if (next === END_OF_FILE) throw new RunTimeError(`${what} at the end of the file`);
    if (next === END_OF_LINE && this.#buffer[this.#at] === RETURN && this.#at < this.#end) this.#at++;
    if (this.#at < this.#end) this.#at++;
    this.#lineIsEmpty = next === END_OF_LINE;
  }

  #skip(bytes: number): void {
    for (let left = bytes; left > 0 && this.#fill(); ) {
      const step = Math.min(left, this.#end - this.#at);
      this.#at += step;
      left -= step;
    }
  }

  /** The character that f^ is: a blank at the end of a line. */
  character(what: string): number {
    this.#requireReading(what);
    const next = this.peek();
    if (next === END_OF_FILE) throw new RunTimeError(`${what} at the end of the file`);
    return next === END_OF_LINE ? 32 : next;
  }

  /** The bytes of the component that f^ is; none at the end. */
  component(): Uint8Array | undefined {
    this.#requireReading("reading");
    if (!this.#fill()) return undefined;
    if (this.#end - this.#at < this.elementBytes) this.#gather();
    if (this.#end - this.#at < this.elementBytes) throw new RunTimeError("the file ends inside a component");
    return this.#buffer.subarray(this.#at, this.#at + this.elementBytes);
  }

  /** Gets all of a component that lies over the end of what was read. */
  #gather(): void {
    const larger = new Uint8Array(Math.max(CHUNK, 2 * this.elementBytes));
    larger.set(this.#buffer.subarray(this.#at, this.#end));
    this.#end -= this.#at;
    this.#at = 0;
    this.#buffer = larger;
    while (this.#end < this.elementBytes) {
      const count = this.#stream?.read(larger.subarray(this.#end)) ?? 0;
      if (count === 0) return;
      this.#end += count;
    }
  }

  readLine(): void {
    this.#requireReading("readln");
    while (this.character("readln") !== 32 || this.peek() !== END_OF_LINE) this.advance("readln");
    this.advance("readln");
  }

  /** The characters of a number, as long as they may belong to one. Section 6.9.1. */
  readNumber(what: string, accepts: (text: string) => boolean): string {
    this.#requireReading(what);
    while (this.character(what) === 32 || this.peek() === 9) this.advance(what);
    let text = "";
    for (let next = this.peek(); next >= 0; next = this.peek()) {
      const longer = text + String.fromCharCode(next);
      if (!accepts(longer)) break;
      text = longer;
      this.advance(what);
    }
    return text;
  }

  /** The characters before the end of the line, at most so many. */
  readRest(what: string, most: number): string {
    this.#requireReading(what);
    let text = "";
    for (let next = this.peek(); next >= 0 && text.length < most; next = this.peek()) {
      text += String.fromCharCode(next);
      this.advance(what);
    }
    return text;
  }

  // Writing

  /** Throws unless the file is being written. */
  requireWriting(what: string): void {
    if (this.mode === "write") return;
    throw new RunTimeError(
      this.mode === "none" ? `${what} to a file that is not open` : `${what} to a file that is being read`,
    );
  }

  writeByte(byte: number): void {
    if (this.#at === this.#buffer.length) this.flush();
    this.#buffer[this.#at++] = byte;
    this.#lineIsEmpty = byte === LINE_FEED;
  }

  writeBytes(bytes: Uint8Array): void {
    this.requireWriting("writing");
    if (bytes.length > this.#buffer.length - this.#at) this.flush();
    if (bytes.length > this.#buffer.length) this.#stream?.write(bytes);
    else {
      this.#buffer.set(bytes, this.#at);
      this.#at += bytes.length;
    }
    if (bytes.length > 0) this.#lineIsEmpty = bytes.at(-1) === LINE_FEED;
  }

  writeText(text: string): void {
    this.requireWriting("writing");
    for (let index = 0; index < text.length; index++) this.writeByte(text.charCodeAt(index));
  }

  writeLine(): void {
    this.requireWriting("writeln");
    this.writeByte(LINE_FEED);
  }
}
