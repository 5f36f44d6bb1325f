/** A mirror in memory that can be broken, for tests. */

import type { Bytes } from "../../../base/bytes.ts";
import type { Chunks } from "../../../formats/byte-reader.ts";
import type { Fetched, Fetcher } from "../ports.ts";

export class MemoryMirror implements Fetcher {
  readonly files = new Map<string, Bytes>();
  /** What was asked for: path and first byte. */
  readonly asked: string[] = [];
  /** Bytes after which an answer breaks off, each once. */
  readonly breaks: number[] = [];
  ranges = true;
  down = false;
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async fetch(url: string, from: number): Promise<Fetched> {
    if (this.down || !url.startsWith(this.#base)) throw new Error("connect ECONNREFUSED");
    const path = url.slice(this.#base.length + 1);
    this.asked.push(from ? `${path}@${from}` : path);
    const bytes = this.files.get(path);
    const cancel = async () => {};
    if (!bytes) return { status: 404, from: 0, body: this.#body(new Uint8Array(0)), cancel };
    const start = this.ranges ? from : 0;
    return { status: start ? 206 : 200, from: start, body: this.#body(bytes.subarray(start)), cancel };
  }

  async *#body(bytes: Bytes): Chunks {
    const end = bytes.length > 0 ? this.breaks.shift() : undefined;
    for (let at = 0; at < Math.min(bytes.length, end ?? bytes.length); at += 100) {
      yield bytes.subarray(at, Math.min(at + 100, end ?? bytes.length));
    }
    if (end !== undefined && end < bytes.length) throw new Error("read ECONNRESET");
  }
}
