/** A stream of Node as a channel: bytes in both directions, of which only so many are kept. */

import type { Socket } from "node:net";
import { ChunkQueue } from "../../base/chunk-queue.ts";
import { type ErrnoName, errno } from "../../base/errno.ts";
import type { Channel } from "../../linux/net/channel.ts";

/** Bytes that wait in each direction. */
const CAPACITY = 1 << 18;

export function errnoOf(error: NodeJS.ErrnoException): ErrnoName {
  const code = error.code ?? "";
  return code in errno ? (code as ErrnoName) : "EIO";
}

export class NodeChannel implements Channel {
  changed: () => void = () => {};
  ended = false;
  error: ErrnoName | undefined;
  readonly #socket: Socket;
  readonly #incoming = new ChunkQueue();

  /** @param gone called when the socket is closed */
  constructor(socket: Socket, gone: () => void = () => {}) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => {
      this.#incoming.push(chunk);
      if (this.available >= CAPACITY) socket.pause();
      this.changed();
    });
    socket.on("end", () => {
      this.ended = true;
      this.changed();
    });
    socket.on("error", (error) => {
      this.error = errnoOf(error);
      this.changed();
    });
    socket.on("close", () => {
      this.ended = true;
      gone();
      this.changed();
    });
  }

  get available(): number {
    return this.#incoming.length;
  }

  get room(): number {
    return Math.max(0, CAPACITY - this.#socket.writableLength);
  }

  take(into: Uint8Array, peeks: boolean): number {
    const count = this.#incoming.take(into, peeks);
    if (this.available < CAPACITY && this.#socket.isPaused()) this.#socket.resume();
    return count;
  }

  put(from: Uint8Array): number {
    const bytes = from.slice(0, this.room);
    this.#socket.write(bytes, () => this.changed());
    return bytes.length;
  }

  end(): void {
    this.#socket.end();
  }

  close(_resets: boolean): void {
    this.changed = () => {};
    this.#socket.destroy();
  }
}
