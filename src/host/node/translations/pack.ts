/**
 * Packs: files of compiled modules, one after another, each with what is in it and checksums. A second file, the index, says
 * which pages of guest code the modules of a pack are for; it is written last, so that a pack with an index is complete.
 *
 *   record   SHA-256 of the description; the description (JSON); the body: the WebAssembly, then V8's compiled code
 *   index    SHA-256 of the rows; a row of four 64-bit numbers (IEEE 754) for each hash of a page and record that has it
 */

import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";

/** Where a record is in its pack. */
export interface RecordPlace {
  readonly offset: number;
  readonly descriptionBytes: number;
  readonly bodyBytes: number;
}

/** A record's place, and the hash of a page that its regions have. */
export interface IndexRow extends RecordPlace {
  readonly pageHash: number;
}

const HASH_BYTES = 32;
const ROW_NUMBERS = 4;

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function indexOf(pack: string): string {
  return pack.replace(/pack$/, "index");
}

/** The rows of an index; none where it is not whole. */
export function readIndex(bytes: Uint8Array): IndexRow[] {
  const data = bytes.subarray(HASH_BYTES);
  if (!sha256(data).equals(bytes.subarray(0, HASH_BYTES))) return [];
  const numbers = new Float64Array(new Uint8Array(data).buffer);
  const rows: IndexRow[] = [];
  for (let at = 0; at + ROW_NUMBERS <= numbers.length; at += ROW_NUMBERS) {
    const [pageHash = 0, offset = 0, descriptionBytes = 0, bodyBytes = 0] = numbers.subarray(
      at,
      at + ROW_NUMBERS,
    );
    rows.push({ pageHash, offset, descriptionBytes, bodyBytes });
  }
  return rows;
}

export class PackReader {
  readonly #descriptor: number;
  readonly #start: number;

  /** Takes over a descriptor of a file in which the pack begins at `start`. */
  constructor(descriptor: number, start = 0) {
    this.#descriptor = descriptor;
    this.#start = start;
  }

  static open(path: string): PackReader {
    return new PackReader(openSync(path, "r"));
  }

  /** The description at a place; undefined where it is damaged. */
  description({ offset, descriptionBytes }: RecordPlace): unknown {
    const bytes = this.#read(offset, HASH_BYTES + descriptionBytes);
    const text = bytes.subarray(HASH_BYTES);
    if (!sha256(text).equals(bytes.subarray(0, HASH_BYTES))) return undefined;
    return JSON.parse(text.toString()) as unknown;
  }

  body({ offset, descriptionBytes, bodyBytes }: RecordPlace): Buffer {
    return this.#read(offset + HASH_BYTES + descriptionBytes, bodyBytes);
  }

  record({ offset, descriptionBytes, bodyBytes }: RecordPlace): Buffer {
    return this.#read(offset, HASH_BYTES + descriptionBytes + bodyBytes);
  }

  #read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const read = readSync(this.#descriptor, bytes, 0, length, this.#start + offset);
    return bytes.subarray(0, read);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Writes a pack under another name, and gives it its own when it is complete. */
export class PackWriter {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #rows: number[] = [];
  #length = 0;

  /** @param path ends in ".pack" */
  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(`${path}.tmp`, "wx", 0o600);
  }

  append(description: unknown, body: readonly Uint8Array[], pageHashes: Iterable<number>): void {
    const text = Buffer.from(JSON.stringify(description));
    const bodyBytes = body.reduce((sum, { length }) => sum + length, 0);
    const place = { offset: this.#length, descriptionBytes: text.length, bodyBytes };
    for (const part of [sha256(text), text, ...body]) this.#write(part);
    for (const hash of pageHashes) this.#note(hash, place);
  }

  /** Takes a record over from another pack. */
  copy(record: Uint8Array, { descriptionBytes, bodyBytes }: RecordPlace, pageHashes: Iterable<number>): void {
    const place = { offset: this.#length, descriptionBytes, bodyBytes };
    this.#write(record);
    for (const hash of pageHashes) this.#note(hash, place);
  }

  #note(hash: number, { offset, descriptionBytes, bodyBytes }: RecordPlace): void {
    this.#rows.push(hash, offset, descriptionBytes, bodyBytes);
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    this.#length += bytes.length;
  }

  finish(): void {
    closeSync(this.#descriptor);
    const rows = Buffer.from(new Float64Array(this.#rows).buffer);
    const index = indexOf(this.#path);
    writeFileSync(`${index}.tmp`, Buffer.concat([sha256(rows), rows]), { mode: 0o600 });
    renameSync(`${this.#path}.tmp`, this.#path);
    renameSync(`${index}.tmp`, index);
  }

  abandon(): void {
    closeSync(this.#descriptor);
    rmSync(`${this.#path}.tmp`, { force: true });
  }
}
