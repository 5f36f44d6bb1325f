/** A map whose changes since a mark can be undone: what a pass knows within a nested body is not known after it. */
export class ScopedMap<K, V> {
  readonly #map = new Map<K, V | undefined>();
  /** What was changed since the outermost mark; before that nothing is ever undone. */
  readonly #changedKeys: K[] = [];
  readonly #oldValues: (V | undefined)[] = [];
  #marks = 0;
  #count = 0;

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  /** `undefined` forgets. */
  set(key: K, value: V | undefined): void {
    this.replace(key, this.#map.get(key), value);
  }

  /** The same where it is known what the map holds. */
  replace(key: K, old: V | undefined, value: V | undefined): void {
    if (this.#marks > 0) {
      this.#changedKeys.push(key);
      this.#oldValues.push(old);
    }
    this.#count += Number(value !== undefined) - Number(old !== undefined);
    this.#map.set(key, value);
  }

  /** Whether it holds nothing. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Every key that was ever set. */
  keys(): Iterable<K> {
    return this.#map.keys();
  }

  mark(): number {
    this.#marks += 1;
    return this.#changedKeys.length;
  }

  /** Goes back to what was at the mark; returns the keys that had been set since. Once for each mark. */
  undo(mark: number): readonly K[] {
    const keys: K[] = [];
    while (this.#changedKeys.length > mark) {
      const key = this.#changedKeys.pop() as K;
      const old = this.#oldValues.pop();
      this.#count += Number(old !== undefined) - Number(this.#map.get(key) !== undefined);
      this.#map.set(key, old);
      keys.push(key);
    }
    this.#marks -= 1;
    return keys;
  }
}
