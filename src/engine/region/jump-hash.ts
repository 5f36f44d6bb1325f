/** A hash without collisions for the targets of an indirect jump, so that one `br_table` finds the block. */

export interface JumpHash {
  /** The place of a target in the table: (offset × multiplier) >>> shift, in 32 bits. */
  readonly multiplier: number;
  readonly shift: number;
  /** Indices of targets. */
  readonly table: readonly (number | undefined)[];
}

/** Random multipliers tried for one size of the table, before the next one is. */
const TRIES = 64;
const LARGEST_TABLE_BITS = 16;

/** Finds one for different offsets. */
export function findHash(offsets: readonly number[]): JumpHash {
  let random = 0x9e3779b9;
  for (let bits = 1; bits <= LARGEST_TABLE_BITS; bits++) {
    const size = 2 ** bits;
    if (size < offsets.length) continue;
    const shift = 32 - bits;
    for (let count = 0; count < TRIES; count++) {
      random = (Math.imul(random, 0x6c078965) + 0x3c6ef35f) | 0;
      const multiplier = random | 1;
      const table: (number | undefined)[] = new Array(size).fill(undefined);
      const fits = offsets.every((offset, index) => {
        const place = Math.imul(offset, multiplier) >>> shift;
        if (table[place] !== undefined) return false;
        table[place] = index;
        return true;
      });
      if (fits) return { multiplier, shift, table };
    }
  }
  // Never for what a region holds; control is then always taken for unknown.
  return { multiplier: 1, shift: 31, table: [] };
}
