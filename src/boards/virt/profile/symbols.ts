/** Which function an address lies in, by a list of symbols. */

export interface CodeSymbol {
  readonly name: string;
  readonly address: bigint;
}

/** Names by address: of the last symbol at or before it, if that is not too far. */
export class SymbolMap {
  readonly #symbols: readonly CodeSymbol[];

  constructor(symbols: readonly CodeSymbol[]) {
    this.#symbols = [...symbols].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  }

  nameOf(address: bigint): string | undefined {
    let [low, high] = [0, this.#symbols.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#symbols[middle]?.address ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    const symbol = this.#symbols[low - 1];
    return symbol && address - symbol.address < FARTHEST ? symbol.name : undefined;
  }
}

/** The longest function. */
const FARTHEST = 0x10000n;
