/** Files as texts, for a host that has none: a page, a test. A character is a byte: those of ISO 8859-1. */

import { byteString } from "../../base/bytes.ts";
import type { FilePorts, OpenFile } from "./file-ports.ts";

export interface TextPorts {
  /** What the program reads as input: a text, or what gives the next piece of one, and "" at its end. Nothing if absent. */
  readonly input?: string | (() => string);
  /** Takes what the program writes as output, piece by piece. */
  readonly output?: (text: string) => void;
  /** The other files of the program's heading by their names: those that it writes are changed or added here. */
  readonly files?: Map<string, string>;
}

export class TextFiles implements FilePorts {
  readonly #ports: TextPorts;
  readonly #files: Map<string, string>;

  constructor(ports: TextPorts) {
    this.#ports = ports;
    this.#files = ports.files ?? new Map();
  }

  open(name: string, _position: number, mode: "read" | "write"): OpenFile | string {
    if (name === "input" && mode === "write") return "input cannot be written";
    if (name === "output" && mode === "read") return "output cannot be read";
    if (name === "input") return reader(this.#ports.input ?? "");
    if (name === "output") return writer((text) => this.#ports.output?.(text));
    const known = this.#files.get(name);
    if (mode === "read") return known === undefined ? `there is no file "${name}"` : reader(known);
    const parts: string[] = [];
    const close = (): void => void this.#files.set(name, parts.join(""));
    return { ...writer((text) => parts.push(text)), close };
  }
}

function writer(take: (text: string) => unknown): OpenFile {
  return { read: () => 0, write: (bytes) => void take(byteString(bytes)), close: () => {} };
}

function reader(input: string | (() => string)): OpenFile {
  let text = typeof input === "string" ? input : "";
  let at = 0;
  const read = (buffer: Uint8Array): number => {
    if (at === text.length && typeof input !== "string") {
      text = input();
      at = 0;
    }
    const count = Math.min(buffer.length, text.length - at);
    for (let index = 0; index < count; index++) buffer[index] = text.charCodeAt(at + index);
    at += count;
    return count;
  };
  return { read, write: () => {}, close: () => {} };
}
