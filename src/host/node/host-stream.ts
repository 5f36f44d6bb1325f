/**
 * One of this process's standard streams for a guest program. Nothing is read before the guest asks, and no more than one
 * chunk is kept, so that what the guest does not want stays for whoever has the stream next.
 */

import * as fs from "node:fs";
import { Socket } from "node:net";
import type { ReadStream } from "node:tty";
import type { Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import type { HostStream, HostTerminal } from "../../linux/platform.ts";
import { attributesOf } from "./host-attributes.ts";
import { attempt } from "./outcome.ts";

/** Milliseconds until a stream that took nothing is tried again. */
const RETRY = 2;

export class NodeStream implements HostStream {
  changed: () => void = () => {};
  readonly terminal: HostTerminal | undefined;
  readonly #descriptor: number;
  readonly #waits: boolean;
  #stream: Socket | undefined;
  #chunk: Uint8Array = new Uint8Array(0);
  #ended = false;
  #blocked = false;

  constructor(descriptor: number, terminal?: HostTerminal) {
    this.#descriptor = descriptor;
    this.terminal = terminal;
    const stat = attempt(() => fs.fstatSync(descriptor));
    // Reading anything else than a file or a device such as /dev/null may have to wait.
    this.#waits =
      "isFIFO" in stat &&
      (stat.isFIFO() || stat.isSocket() || (stat.isCharacterDevice() && terminal !== undefined));
  }

  attributes(): Outcome<Attributes> {
    return attempt(() => attributesOf(fs.fstatSync(this.#descriptor, { bigint: true })));
  }

  get readable(): boolean {
    if (!this.#waits || this.#chunk.length > 0 || this.#ended) return true;
    this.#listen();
    return false;
  }

  read(into: Uint8Array): Outcome<number> {
    if (!this.#waits) return attempt(() => fs.readSync(this.#descriptor, into, 0, into.length, null));
    if (this.#chunk.length === 0) {
      if (this.#ended) return 0;
      this.#listen();
      return { errno: "EAGAIN" };
    }
    const taken = this.#chunk.subarray(0, into.length);
    into.set(taken);
    this.#chunk = this.#chunk.subarray(taken.length);
    return taken.length;
  }

  get writable(): boolean {
    return !this.#blocked;
  }

  write(from: Uint8Array): Outcome<number> {
    const written = attempt(() => fs.writeSync(this.#descriptor, from));
    if (typeof written === "object" && written.errno === "EAGAIN") this.#tryLater();
    return written;
  }

  /**
   * The descriptor, for a program of this system to have as its own. Undefined where something was read that the program
   * would miss, or where looking for input has made the descriptor one that does not wait.
   */
  lend(): number | undefined {
    if (this.#chunk.length > 0 || this.#ended) return undefined;
    if (this.#stream && !this.terminal) return undefined;
    this.#stream?.pause();
    return this.#descriptor;
  }

  /** Stops looking for input. */
  close(): void {
    this.#stream?.destroy();
  }

  #tryLater(): void {
    if (this.#blocked) return;
    this.#blocked = true;
    setTimeout(() => {
      this.#blocked = false;
      this.changed();
    }, RETRY);
  }

  /** Begins to read, until there is a chunk. */
  #listen(): void {
    this.#stream ??= this.#open();
    if (this.#stream.isPaused()) this.#stream.resume();
  }

  #open(): Socket {
    const stream = this.terminal
      ? (process.stdin as unknown as ReadStream)
      : new Socket({ fd: this.#descriptor, readable: true, writable: false });
    const end = () => {
      this.#ended = true;
      this.changed();
    };
    stream.on("data", (chunk: Uint8Array) => {
      this.#chunk = this.#chunk.length > 0 ? Buffer.concat([this.#chunk, chunk]) : chunk;
      stream.pause();
      this.changed();
    });
    stream.once("end", end);
    stream.once("error", end);
    return stream;
  }
}
