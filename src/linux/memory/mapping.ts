/** A part of an address space (mmap(2)), and the ordered list of them. */

import type { Outcome } from "../../base/errno.ts";

/** PROT_*. */
export const Prot = { READ: 1, WRITE: 2, EXEC: 4 } as const;

/** Who has pages of a source. */
export interface PageUser {
  /** The source was cut: its pages from one on are gone. */
  forgetFrom(source: PageSource, page: number): void;
  /** Where it has the source mapped. */
  mappingsOf(source: PageSource): readonly Mapping[];
}

/** What is behind a mapping: a file, or memory that several processes share. It holds the frames of its pages. */
export interface PageSource {
  /** What /proc/pid/maps calls it. */
  readonly name: string;
  readonly device: number;
  readonly inode: bigint;
  /** Somebody maps it. */
  attach(user: PageUser): void;
  detach(user: PageUser): void;
  /** The frame of a page; ENXIO where it lies beyond the end, ENOMEM. */
  frame(page: number): Outcome<number>;
  /** A page was made writable for a shared mapping. */
  dirtied(page: number): void;
  /** Writes back what shared mappings changed. */
  sync(): Outcome<undefined>;
}

export interface Mapping {
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
  /** PROT_* */
  readonly protection: number;
  /** Writes are seen by others. */
  readonly shared: boolean;
  /** What mprotect may add, PROT_*. */
  readonly mostProtection: number;
  readonly source: PageSource | undefined;
  /** Where in the source `start` is. */
  readonly offset: number;
  /** "[heap]" and the like. */
  readonly name: string;
}

/** Mappings by address; they do not overlap. */
export class MappingList {
  #mappings: Mapping[] = [];

  get all(): readonly Mapping[] {
    return this.#mappings;
  }

  /** The mapping at an address. */
  find(address: number): Mapping | undefined {
    const mapping = this.#mappings[this.#after(address)];
    return mapping && mapping.start <= address ? mapping : undefined;
  }

  /** The index of the first mapping that ends after an address. */
  #after(address: number): number {
    let [low, high] = [0, this.#mappings.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#mappings[middle]?.end ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The mappings that have a byte in a range. */
  within(start: number, end: number): readonly Mapping[] {
    const first = this.#after(start);
    let last = first;
    while ((this.#mappings[last]?.start ?? end) < end) last++;
    return this.#mappings.slice(first, last);
  }

  /** Whether every byte of a range is in some mapping. */
  covers(start: number, end: number): boolean {
    let at = start;
    for (const mapping of this.within(start, end)) {
      if (mapping.start > at) return false;
      at = mapping.end;
    }
    return at >= end;
  }

  /** Puts `changed` in the place of what lies in a range: each mapping in it, cut to it, may become another or nothing. */
  replace(start: number, end: number, changed: (part: Mapping) => Mapping | undefined): void {
    const first = this.#after(start);
    const parts = this.within(start, end);
    const result: Mapping[] = [];
    for (const mapping of parts) {
      if (mapping.start < start) result.push(cut(mapping, mapping.start, start));
      const inside = changed(cut(mapping, Math.max(start, mapping.start), Math.min(end, mapping.end)));
      if (inside) result.push(inside);
      if (mapping.end > end) result.push(cut(mapping, end, mapping.end));
    }
    this.#mappings.splice(first, parts.length, ...result);
    this.#merge(Math.max(0, first - 1), first + result.length + 1);
  }

  insert(mapping: Mapping): void {
    const at = this.#after(mapping.start);
    this.#mappings.splice(at, 0, mapping);
    this.#merge(Math.max(0, at - 1), at + 2);
  }

  /** Joins neighbours of which the second goes on where the first ends. */
  #merge(from: number, to: number): void {
    for (let index = Math.min(to, this.#mappings.length) - 1; index > from; index--) {
      const [before, after] = [this.#mappings[index - 1], this.#mappings[index]];
      if (!before || !after || !continues(before, after)) continue;
      this.#mappings.splice(index - 1, 2, { ...before, end: after.end });
    }
  }

  /** The highest place for `length` bytes between two addresses, with nothing mapped. */
  highestGap(length: number, from: number, to: number): number | undefined {
    let end = to;
    for (let index = this.#mappings.length - 1; index >= 0; index--) {
      const mapping = this.#mappings[index];
      if (!mapping || mapping.start >= end) continue;
      if (end - mapping.end >= length) break;
      end = Math.min(end, mapping.start);
    }
    return end - length >= from ? end - length : undefined;
  }
}

function cut(mapping: Mapping, start: number, end: number): Mapping {
  return { ...mapping, start, end, offset: mapping.offset + (start - mapping.start) };
}

function continues(before: Mapping, after: Mapping): boolean {
  return (
    before.end === after.start &&
    before.protection === after.protection &&
    before.shared === after.shared &&
    before.source === after.source &&
    before.mostProtection === after.mostProtection &&
    before.name === after.name &&
    (before.source === undefined || before.offset + (before.end - before.start) === after.offset)
  );
}
