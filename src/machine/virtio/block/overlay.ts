/** A disk whose writes stay in memory: what lies beneath is only read. */

import type { Bytes } from "../../../base/bytes.ts";
import { type ImmediateBlockBackend, SECTOR_SIZE } from "./virtio-block.ts";

/** Sectors that were written, by number. */
export type SavedOverlay = ReadonlyMap<number, Bytes>;

export class BlockOverlay implements ImmediateBlockBackend {
  readonly size: number;
  readonly readOnly: boolean;
  readonly #base: ImmediateBlockBackend;
  #written = new Map<number, Bytes>();

  constructor(base: ImmediateBlockBackend) {
    this.#base = base;
    this.size = base.size;
    this.readOnly = base.readOnly;
  }

  read(offset: number, into: Bytes): undefined {
    this.#base.read(offset, into);
    if (this.#written.size === 0) return undefined;
    for (let at = 0; at < into.length; at += SECTOR_SIZE) {
      const sector = this.#written.get((offset + at) / SECTOR_SIZE);
      if (sector) into.set(sector, at);
    }
  }

  write(offset: number, from: Bytes): undefined {
    for (let at = 0; at < from.length; at += SECTOR_SIZE) {
      this.#written.set((offset + at) / SECTOR_SIZE, from.slice(at, at + SECTOR_SIZE));
    }
  }

  flush(): undefined {}

  save(): SavedOverlay {
    return new Map(this.#written);
  }

  restore(saved: SavedOverlay): void {
    this.#written = new Map(saved);
  }
}
