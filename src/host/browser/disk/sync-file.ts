/** Files that are read and written at once, where a program says: what the origin's private file system gives to workers. */

/** The part of FileSystemSyncAccessHandle (File System Standard, section 2.6) that disks need. */
export interface SyncFile {
  /** How many bytes were read: fewer where the file ends. */
  read(into: Uint8Array, options: { readonly at: number }): number;
  /** How many bytes were written. Throws, or writes fewer, where there is no room. */
  write(from: Uint8Array, options: { readonly at: number }): number;
  getSize(): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** There is no room for what is to be written. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

/** Writes all bytes. Throws StorageFull where there is no room. */
export function writeAll(file: SyncFile, from: Uint8Array, at: number): void {
  let written: number;
  try {
    written = file.write(from, { at });
  } catch (error) {
    throw error instanceof DOMException && error.name === "QuotaExceededError" ? new StorageFull() : error;
  }
  // Chromium counts wrongly there in private windows: an error number, as unsigned.
  if (written !== from.length) throw new StorageFull();
}

/** Fills `into`. Throws where the file ends before. */
export function readAll(file: SyncFile, into: Uint8Array, at: number): void {
  if (file.read(into, { at }) !== into.length) throw new Error("a file that the browser keeps is cut off");
}

const PIECE = 1 << 20;

/** A file in memory, of at most so many bytes. */
export class MemoryFile implements SyncFile {
  readonly #most: number;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  read(into: Uint8Array, { at }: { readonly at: number }): number {
    const count = Math.max(0, Math.min(into.length, this.#size - at));
    this.#each(at, count, (piece, start, done, length) => {
      into.set(piece.subarray(start, start + length), done);
    });
    return count;
  }

  write(from: Uint8Array, { at }: { readonly at: number }): number {
    if (at + from.length > this.#most) return 0;
    this.#each(at, from.length, (piece, start, done, length) => {
      piece.set(from.subarray(done, done + length), start);
    });
    this.#size = Math.max(this.#size, at + from.length);
    return from.length;
  }

  #each(
    at: number,
    count: number,
    act: (piece: Uint8Array, start: number, done: number, length: number) => void,
  ): void {
    for (let done = 0; done < count; ) {
      const number = Math.floor((at + done) / PIECE);
      const start = (at + done) % PIECE;
      const length = Math.min(PIECE - start, count - done);
      this.#pieces[number] ??= new Uint8Array(PIECE);
      act(this.#pieces[number], start, done, length);
      done += length;
    }
  }

  getSize(): number {
    return this.#size;
  }

  /** Only to nothing. */
  truncate(size: number): void {
    this.#size = Math.min(this.#size, size);
    if (size === 0) this.#pieces.length = 0;
  }

  flush(): void {}
  close(): void {}
}
