/** A cache in memory, for tests. */

import { type Bytes, concatBytes } from "../../../base/bytes.ts";
import type { Chunks } from "../../../formats/byte-reader.ts";
import type { Cache, CacheWriter } from "../ports.ts";

export class MemoryCache implements Cache {
  readonly files = new Map<string, Bytes>();
  readonly claimed = new Set<string>();
  #temporaries = 0;

  path(name: string): string {
    return `/cache/${name}`;
  }

  async size(name: string): Promise<number | undefined> {
    return this.files.get(name)?.length;
  }

  async *read(name: string): Chunks {
    const bytes = this.files.get(name);
    if (!bytes) throw new Error(`no file ${name}`);
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  }

  async append(name: string): Promise<CacheWriter> {
    this.files.set(name, this.files.get(name) ?? new Uint8Array(0));
    return {
      write: async (chunk) => {
        this.files.set(name, concatBytes([this.files.get(name) ?? new Uint8Array(0), chunk]));
      },
      close: async () => {},
    };
  }

  async rename(from: string, to: string): Promise<void> {
    const bytes = this.files.get(from);
    if (!bytes) throw new Error(`no file ${from}`);
    this.files.delete(from);
    this.files.set(to, bytes);
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }

  temporary(name: string): string {
    return `${name}.${this.#temporaries++}.tmp`;
  }

  async claim(name: string): Promise<(() => Promise<void>) | undefined> {
    if (this.claimed.has(name)) return undefined;
    this.claimed.add(name);
    return async () => void this.claimed.delete(name);
  }
}
