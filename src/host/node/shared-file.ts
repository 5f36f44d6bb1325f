/** An open file of the host, for the FUSE server. */

import * as fs from "node:fs";
import type { Outcome } from "../../base/errno.ts";
import type { Attributes, OpenFile } from "../../base/file-tree.ts";
import { attempt } from "./outcome.ts";

export class HostFile implements OpenFile {
  readonly #descriptor: number;
  readonly #attributesOf: (stat: fs.BigIntStats) => Attributes;

  /** Takes over the descriptor of a regular file. */
  constructor(descriptor: number, attributesOf: (stat: fs.BigIntStats) => Attributes) {
    this.#descriptor = descriptor;
    this.#attributesOf = attributesOf;
  }

  attributes(): Outcome<Attributes> {
    return attempt(() => this.#attributesOf(fs.fstatSync(this.#descriptor, { bigint: true })));
  }

  read(offset: number, into: Uint8Array): Outcome<number> {
    return attempt(() => {
      let have = 0;
      while (have < into.length) {
        const count = fs.readSync(this.#descriptor, into, have, into.length - have, offset + have);
        if (count === 0) break;
        have += count;
      }
      return have;
    });
  }

  write(offset: number, from: Uint8Array): Outcome<number> {
    return attempt(() => {
      let done = 0;
      while (done < from.length) {
        done += fs.writeSync(this.#descriptor, from, done, from.length - done, offset + done);
      }
      return done;
    });
  }

  truncate(size: number): Outcome<undefined> {
    return attempt(() => fs.ftruncateSync(this.#descriptor, size) as undefined);
  }

  sync(dataOnly: boolean): Outcome<undefined> {
    return attempt(() => {
      if (dataOnly) fs.fdatasyncSync(this.#descriptor);
      else fs.fsyncSync(this.#descriptor);
      return undefined;
    });
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }
}
