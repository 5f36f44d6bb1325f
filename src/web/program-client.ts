/** The page's side of Linux programs, which run in a worker, one at a time. */

import type { FileEntry } from "./file-entry.ts";
import type { FromProgram, ProgramEnd, ProgramOptions, TerminalSize, ToProgram } from "./program-protocol.ts";

export interface ProgramEvents {
  /** Bytes for the terminal; `shown` is to be called once they are on the screen. */
  output(bytes: Uint8Array, shown: () => void): void;
  trace(text: string): void;
  untraced(count: number): void;
  ended(end: ProgramEnd, milliseconds: number, regions: number): void;
  files(entries: readonly FileEntry[]): void;
  /** A file that was asked for. */
  file(path: string, bytes: Uint8Array<ArrayBuffer>): void;
  failed(message: string): void;
}

export class ProgramClient {
  readonly #worker = new Worker(new URL("./program-worker.ts", import.meta.url), {
    type: "module",
    name: "program",
  });
  readonly #events: ProgramEvents;

  constructor(events: ProgramEvents) {
    this.#events = events;
    this.#worker.onmessage = ({ data }: MessageEvent<FromProgram>) => this.#hear(data);
    this.#worker.onerror = ({ message }) => {
      events.failed(`Strata failed: ${message || "its worker cannot be started"}`);
    };
  }

  /** Puts a file into the tree that programs see. */
  put(path: string, bytes: Uint8Array<ArrayBuffer>, mode: number): void {
    this.#send({ kind: "put", path, bytes, mode });
  }

  get(path: string): void {
    this.#send({ kind: "get", path });
  }

  remove(path: string): void {
    this.#send({ kind: "remove", path });
  }

  run(options: ProgramOptions): void {
    this.#send({ kind: "run", options });
  }

  /** What is typed at the terminal. */
  input(bytes: Uint8Array): void {
    this.#send({ kind: "input", bytes });
  }

  resize(size: TerminalSize): void {
    this.#send({ kind: "resize", size });
  }

  stop(): void {
    this.#send({ kind: "stop" });
  }

  #send(message: ToProgram): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromProgram): void {
    switch (message.kind) {
      case "output": {
        const { bytes } = message;
        this.#events.output(bytes, () => this.#send({ kind: "shown", count: bytes.length }));
        break;
      }
      case "trace":
        this.#events.trace(message.text);
        break;
      case "untraced":
        this.#events.untraced(message.count);
        break;
      case "ended":
        this.#events.ended(message.end, message.milliseconds, message.regions);
        break;
      case "files":
        this.#events.files(message.entries);
        break;
      case "file":
        this.#events.file(message.path, message.bytes);
        break;
      case "failed":
        this.#events.failed(message.message);
    }
  }
}
