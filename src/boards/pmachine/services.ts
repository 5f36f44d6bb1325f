/** The services of the p-machine in TypeScript: see isa/pcode/services.ts for what each takes and gives. */

import type { ProcessorMemory } from "../../isa/pcode/processor-memory.ts";
import { UNDEFINED_WORD } from "../../isa/pcode/state.ts";
import type { FilePorts } from "./file-ports.ts";
import type { Heap } from "./heap.ts";
import { fixedText, floatingText, padded } from "./number-text.ts";
import { PascalFile } from "./pascal-file.ts";
import { RunTimeError } from "./run-time-error.ts";
import { stringOperations } from "./string-services.ts";

export interface ServicePorts {
  readonly memory: ProcessorMemory;
  readonly files: FilePorts;
  readonly heap: () => Heap;
  /** The program parameters by name. */
  readonly fileNames: () => readonly string[];
  readonly halt: (status: number) => void;
}

type Operation = (base: number) => void;

/** A file variable: the number of the file, and four bytes of nothing; the buffer variable follows. */
const BUFFER = 8;
const MAXINT = 0x7fff_ffff;
const SET_BYTES = 32;
const FEW_WORDS = 16;
/** Spaces that are written at once at most. */
const MOST_WIDTH = 1 << 24;

const integerSyntax = /^[+-]?\d*$/;
const realSyntax = /^[+-]?(?:\d+(?:\.\d*)?(?:[eE][+-]?\d*)?)?$/;

export class Services {
  readonly #ports: ServicePorts;
  readonly #memory: ProcessorMemory;
  readonly #files: PascalFile[] = [];
  readonly #operations: Readonly<Record<string, Operation>>;

  constructor(ports: ServicePorts) {
    this.#ports = ports;
    this.#memory = ports.memory;
    this.#operations = {
      ...this.#fileOperations(),
      ...this.#textOperations(),
      ...this.#memoryOperations(),
      ...this.#functions(),
      ...stringOperations({
        memory: ports.memory,
        range: (address, size, write) => this.#range(address, size, write),
        file: (base) => this.#file(base),
        reading: (file) => this.#reading(file),
      }),
    };
  }

  /** The operation of a service; undefined where there is none. */
  operation(name: string): Operation | undefined {
    return this.#operations[name];
  }

  /** Writes what files still hold back. */
  flush(): void {
    for (const file of this.#files) file.flush();
  }

  closeAll(): void {
    for (const file of this.#files) file.close();
  }

  // Operands

  #operand(index: number): number {
    return this.#memory.entry(index);
  }

  /** The address of so many bytes that the program may change. */
  #range(address: number, size: number, write: boolean): number {
    if (size < 0 || !this.#memory.isAccessible(address, size, write)) {
      throw new RunTimeError("an access outside the memory");
    }
    return address;
  }

  #bytes(address: number, size: number): Uint8Array {
    this.#range(address, size, false);
    return this.#memory.ram.subarray(address, address + size);
  }

  #file(base: number): PascalFile {
    const address = this.#range(this.#operand(base), 4, false);
    const file = this.#files[this.#memory.view.getInt32(address, true) - 1];
    if (!file) throw new RunTimeError("this is no file");
    return file;
  }

  // Files

  #fileOperations(): Record<string, Operation> {
    const service =
      (operate: (file: PascalFile, base: number) => void): Operation =>
      (base) =>
        operate(this.#file(base), base);
    const set = (base: number, value: boolean): void => this.#memory.setEntry(base, value ? 1 : 0);
    return {
      open: (base) => this.#open(base),
      bind: (base) => this.#bind(base),
      close: service((file) => file.close()),
      reset: service((file) => file.reset()),
      rewrite: service((file) => file.rewrite()),
      get: service((file) => file.advance("get")),
      put: (base) => this.#put(base),
      buffer: (base) => this.#buffer(base),
      eof: service((file, base) => set(base, this.#reading(file).isAtEnd())),
      eoln: service((file, base) => set(base, this.#reading(file).isAtLineEnd())),
      readLine: service((file) => this.#reading(file).readLine()),
      writeLine: service((file) => file.writeLine()),
      page: service((file) => file.writeText("\f")),
    };
  }

  /** Before the program waits for input, what it wrote is shown. */
  #reading(file: PascalFile): PascalFile {
    this.#files[this.#output]?.flush();
    return file;
  }

  #output = -1;

  #enter(base: number, file: PascalFile): void {
    const address = this.#range(this.#operand(base), BUFFER, true);
    this.#memory.view.setInt32(address, this.#files.push(file), true);
  }

  #open(base: number): void {
    this.#enter(base, new PascalFile(this.#operand(base + 1) === 1, this.#operand(base + 2)));
  }

  /** Gives a file variable the file outside that it stands for. Section 6.10. */
  #bind(base: number): void {
    const names = this.#ports.fileNames();
    const index = this.#operand(base + 1);
    const name = names[index] ?? "";
    const { isText, elementBytes } = this.#file(base);
    const others = names.slice(0, index).filter((known) => known !== "input" && known !== "output").length;
    const file = new PascalFile(isText, elementBytes, (mode) => {
      const opened = this.#ports.files.open(name, others, mode);
      if (typeof opened === "string") throw new RunTimeError(opened);
      return opened;
    });
    this.#enter(base, file);
    if (name === "input") file.reset();
    if (name !== "output") return;
    file.rewrite();
    this.#output = this.#files.length - 1;
  }

  #put(base: number): void {
    const file = this.#file(base);
    const address = this.#operand(base) + BUFFER;
    file.requireWriting("put");
    if (file.isText) {
      const character = this.#memory.view.getInt32(this.#range(address, 4, false), true);
      if (character === UNDEFINED_WORD) throw new RunTimeError("put while the buffer has no value");
      file.writeText(String.fromCharCode(character & 255));
      this.#memory.view.setInt32(address, UNDEFINED_WORD, true);
    } else file.writeBytes(this.#bytes(address, file.elementBytes));
  }

  /** The address of f^, with what it should hold. */
  #buffer(base: number): void {
    const file = this.#file(base);
    const address = this.#range(this.#operand(base) + BUFFER, Math.max(file.elementBytes, 4), true);
    if (file.mode === "none") throw new RunTimeError("the file is not open");
    if (file.mode === "read" && !file.isLoaded) {
      this.#load(this.#reading(file), address);
      file.isLoaded = true;
    }
    this.#memory.setEntry(base, address);
  }

  #load(file: PascalFile, address: number): void {
    const { view, ram } = this.#memory;
    if (file.isText) {
      view.setInt32(address, file.isAtEnd() ? UNDEFINED_WORD : file.character("f^"), true);
      return;
    }
    const component = file.component();
    if (component) ram.set(component, address);
    else
      for (let at = address; at < address + file.elementBytes; at += 4)
        view.setInt32(at, UNDEFINED_WORD, true);
  }

  // Text: section 6.9

  #textOperations(): Record<string, Operation> {
    const write =
      (text: (base: number) => string): Operation =>
      (base) =>
        this.#file(base).writeText(text(base));
    const width = (index: number): number => Math.min(Math.max(this.#operand(index), 0), MOST_WIDTH);
    return {
      readChar: (base) => this.#readChar(base),
      readInteger: (base) => this.#readInteger(base),
      readReal: (base) => this.#readReal(base),
      writeChar: write((base) => padded(String.fromCharCode(this.#operand(base + 1) & 255), width(base + 2))),
      writeInteger: write((base) => padded(String(this.#operand(base + 1)), width(base + 2))),
      writeBoolean: write((base) =>
        fitted(this.#operand(base + 1) === 0 ? "false" : "true", width(base + 2)),
      ),
      writeReal: write((base) => floatingText(this.#memory.realEntry(base + 1), width(base + 2))),
      writeFixed: write((base) =>
        fixedText(this.#memory.realEntry(base + 1), width(base + 2), width(base + 3)),
      ),
      writeString: (base) => {
        const file = this.#file(base);
        const length = this.#operand(base + 2);
        const bytes = this.#bytes(this.#operand(base + 1), length);
        if (width(base + 3) > length) file.writeText(" ".repeat(width(base + 3) - length));
        file.writeBytes(bytes.subarray(0, width(base + 3)));
      },
    };
  }

  #readChar(base: number): void {
    const file = this.#reading(this.#file(base));
    const character = file.character("read");
    file.advance("read");
    this.#memory.setEntry(base, character);
  }

  #readInteger(base: number): void {
    const text = this.#reading(this.#file(base)).readNumber("read", (longer) => integerSyntax.test(longer));
    const value = Number(text);
    if (!/\d/.test(text)) throw new RunTimeError("there is no integer to read");
    if (Math.abs(value) > MAXINT) throw new RunTimeError(`${text} is more than maxint`);
    this.#memory.setEntry(base, value);
  }

  #readReal(base: number): void {
    const text = this.#reading(this.#file(base)).readNumber("read", (longer) => realSyntax.test(longer));
    if (!/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text))
      throw new RunTimeError("there is no real to read");
    const value = Number(text);
    if (!Number.isFinite(value)) throw new RunTimeError(`${text} is too large for a real`);
    this.#memory.setRealEntry(base, value);
  }

  // Memory

  #memoryOperations(): Record<string, Operation> {
    const { ram } = this.#memory;
    const operand = (index: number): number => this.#operand(index);
    return {
      new: (base) => this.#new(base),
      dispose: (base) => this.#dispose(base),
      move: (base) => {
        const length = operand(base + 2);
        const to = this.#range(operand(base), length, true);
        const from = this.#range(operand(base + 1), length, false);
        ram.copyWithin(to, from, from + length);
      },
      fill: (base) => this.#fill(operand(base), operand(base + 1)),
      compare: (base) => {
        const length = operand(base + 2);
        const [one, other] = [operand(base), operand(base + 1)].map((at) => this.#bytes(at, length));
        this.#memory.setEntry(base, compareBytes(one as Uint8Array, other as Uint8Array));
      },
      equalSets: (base) => {
        const [one, other] = this.#sets(base);
        this.#memory.setEntry(base, one.every((byte, index) => byte === other[index]) ? 1 : 0);
      },
      inclusion: (base) => {
        const [one, other] = this.#sets(base);
        const isIncluded = one.every((byte, index) => (byte & ~(other[index] ?? 0)) === 0);
        this.#memory.setEntry(base, isIncluded ? 1 : 0);
      },
      includeRange: (base) => this.#includeRange(base),
      pack: (base) => this.#pack(operand(base + 1), operand(base), base, true),
      unpack: (base) => this.#pack(operand(base), operand(base + 1), base, false),
    };
  }

  #sets(base: number): readonly [Uint8Array, Uint8Array] {
    return [this.#bytes(this.#operand(base), SET_BYTES), this.#bytes(this.#operand(base + 1), SET_BYTES)];
  }

  #includeRange(base: number): void {
    const { ram } = this.#memory;
    const set = this.#range(this.#operand(base), SET_BYTES, true);
    const [low, high] = [this.#operand(base + 1), this.#operand(base + 2)];
    if (low > high) return;
    if (low < 0 || high >= 8 * SET_BYTES)
      throw new RunTimeError("the set has an element that it cannot have");
    for (let element = low; element <= high; element++) {
      const at = set + (element >> 3);
      ram[at] = (ram[at] ?? 0) | (1 << (element & 7));
    }
  }

  #fill(address: number, words: number): void {
    this.#range(address, 4 * words, true);
    if (address % 4 !== 0) throw new RunTimeError("an access outside the memory");
    const { words: cells } = this.#memory;
    const [first, end] = [address >> 2, (address >> 2) + words];
    // A call of `fill` costs more than a few stores.
    if (words > FEW_WORDS) cells.fill(UNDEFINED_WORD, first, end);
    else for (let at = first; at < end; at++) cells[at] = UNDEFINED_WORD;
  }

  #new(base: number): void {
    const size = this.#operand(base);
    const address = this.#ports.heap().take(size);
    if (address === 0) throw new RunTimeError("the heap is full");
    this.#fill(address, Math.ceil(size / 4));
    this.#memory.setEntry(base, address);
  }

  #dispose(base: number): void {
    const address = this.#operand(base);
    if (address === 0) throw new RunTimeError("dispose of nil");
    if (address === UNDEFINED_WORD) throw new RunTimeError("the variable has no value yet");
    const size = this.#ports.heap().give(address);
    if (size === undefined) throw new RunTimeError("dispose of what was disposed of already");
    this.#fill(address, size / 4);
  }

  /** Between words and bytes, or elements that are the same in both. */
  #pack(packed: number, unpacked: number, base: number, toPacked: boolean): void {
    const { view, ram } = this.#memory;
    const count = this.#operand(base + 2);
    const size = this.#operand(base + 3);
    const step = Math.max(size, 4);
    this.#range(packed, count * size, toPacked);
    this.#range(unpacked, count * step, !toPacked);
    if (size !== 1) {
      const [to, from] = toPacked ? [packed, unpacked] : [unpacked, packed];
      ram.copyWithin(to, from, from + count * size);
      return;
    }
    for (let index = 0; index < count; index++) {
      if (!toPacked) {
        view.setInt32(unpacked + 4 * index, ram[packed + index] ?? 0, true);
        continue;
      }
      const value = view.getInt32(unpacked + 4 * index, true);
      if (value === UNDEFINED_WORD) throw new RunTimeError("an element has no value yet");
      ram[packed + index] = value;
    }
  }

  // Functions: section 6.6.6.2

  #functions(): Record<string, Operation> {
    const real =
      (compute: (x: number) => number): Operation =>
      (base) => {
        const result = compute(this.#memory.realEntry(base));
        if (!Number.isFinite(result)) throw new RunTimeError("the result is too large for a real");
        this.#memory.setRealEntry(base, result);
      };
    return {
      sin: real(Math.sin),
      cos: real(Math.cos),
      exp: real(Math.exp),
      arctan: real(Math.atan),
      ln: real((x) => {
        if (x <= 0) throw new RunTimeError("ln of a number that is not positive");
        return Math.log(x);
      }),
      halt: (base) => this.#ports.halt(this.#operand(base)),
    };
  }
}

/** A string in a field: its first characters, where it is longer. */
function fitted(text: string, width: number): string {
  return padded(text.slice(0, width), width);
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  for (let index = 0; index < one.length; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
