/** What pulling packages needs from the platform. */

import type { Bytes } from "../../base/bytes.ts";
import type { Chunks } from "../../formats/byte-reader.ts";
import type { Decompress } from "../../formats/compression.ts";

/** Gets files by HTTP. */
export interface Fetcher {
  /**
   * Asks for a file from its byte `from` on (a range request where that is not 0).
   * Fails, at once or in the body, where the server cannot be reached or falls silent.
   */
  fetch(url: string, from: number): Promise<Fetched>;
}

/** An answer. `from` is where the body begins in the file: 0 unless the status is 206. */
export interface Fetched {
  readonly status: number;
  readonly from: number;
  readonly body: Chunks;
  /** Ends the exchange without reading the body. */
  cancel(): Promise<void>;
}

/** A directory of files that outlives us and that other processes use at the same time. Names are relative. */
export interface Cache {
  /** Where a file is, for messages and for whoever opens it. */
  path(name: string): string;
  /** Its length; undefined where there is none. */
  size(name: string): Promise<number | undefined>;
  read(name: string): Chunks;
  /** Opens a file to write after its end; makes it and its directories where needed. */
  append(name: string): Promise<CacheWriter>;
  /** Puts a file at its final name, at once and for all to see. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; one that does not exist is fine. */
  remove(name: string): Promise<void>;
  /** A name beside `name` that nobody else uses. */
  temporary(name: string): string;
  /** Claims a name among all processes that are alive; undefined where another one has it. */
  claim(name: string): Promise<(() => Promise<void>) | undefined>;
}

export interface CacheWriter {
  write(chunk: Bytes): Promise<void>;
  close(): Promise<void>;
}

/** A digest over bytes as they come. */
export interface Hash {
  update(chunk: Bytes): void;
  /** The digest in lower-case hexadecimal. */
  digest(): string;
}

/** A regular file of a tar archive; its body must be read, or not, before the next one is asked for. */
export interface TarFile {
  readonly path: string;
  readonly size: number;
  readonly body: Chunks;
}

/** What a tar archive has at a path. */
export interface TarEntry extends TarFile {
  readonly kind: "file" | "directory" | "symlink" | "link" | "other";
  /** Permissions. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Where a link leads, or what other path of the archive a hard link is. */
  readonly target: string;
}

/** Called as bytes arrive: what of, how many so far, and of how many. */
export type Progress = (what: string, bytes: number, total: number) => void;

export interface DebianPorts {
  readonly fetcher: Fetcher;
  readonly cache: Cache;
  readonly sha256: () => Hash;
  readonly md5: () => Hash;
  readonly decompress: Decompress;
  readonly untar: (chunks: Chunks) => AsyncIterable<TarEntry>;
  readonly progress?: Progress;
}
