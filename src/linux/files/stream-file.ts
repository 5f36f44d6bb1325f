/** A standard stream of the platform, as an open file. */

import type { Outcome } from "../../base/errno.ts";
import type { Attributes } from "../../base/file-tree.ts";
import type { HostStream } from "../platform.ts";
import { OpenFile, OpenFlag, Poll } from "./open-file.ts";

export class StreamFile extends OpenFile {
  readonly name: string;
  readonly stream: HostStream;

  constructor(stream: HostStream, index: number) {
    super(index === 0 ? OpenFlag.O_RDONLY : OpenFlag.O_WRONLY);
    if (stream.terminal) this.flags = OpenFlag.O_RDWR;
    this.name = stream.terminal ? "/dev/tty" : `stream:[${index}]`;
    this.stream = stream;
  }

  attributes(): Outcome<Attributes> {
    return this.stream.attributes();
  }

  override read(into: Uint8Array): Outcome<number> {
    return this.stream.read(into);
  }

  override write(from: Uint8Array): Outcome<number> {
    return this.stream.write(from);
  }

  override seek(offset: number, whence: number): Outcome<number> {
    return this.stream.seek?.(offset, whence) ?? { errno: "ESPIPE" };
  }

  override sync(): Outcome<undefined> {
    return { errno: "EINVAL" };
  }

  override poll(): number {
    const input = this.readable && this.stream.readable ? Poll.IN | Poll.RDNORM : 0;
    return input | (this.writable && this.stream.writable ? Poll.OUT | Poll.WRNORM : 0);
  }
}
