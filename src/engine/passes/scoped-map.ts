/** A map whose changes since a mark can be undone: what a pass knows within a nested body is not known after it. */
export class ScopedMap<K, V> {
  readonly #map = new Map<K, V | undefined>();
  readonly #changedKeys: K[] = [];
  readonly #oldValues: (V | undefined)[] = [];

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  /** `undefined` forgets. */
  set(key: K, value: V | undefined): void {
    this.#changedKeys.push(key);
    this.#oldValues.push(this.#map.get(key));
    this.#map.set(key, value);
  }

  /** Whether it has never held anything. */
  get isUnused(): boolean {
    return this.#map.size === 0;
  }

  /** Every key that was ever set. */
  keys(): Iterable<K> {
    return this.#map.keys();
  }

  mark(): number {
    return this.#changedKeys.length;
  }

  /** Goes back to what was at the mark; returns the keys that had been set since. */
  undo(mark: number): readonly K[] {
    const keys = this.#changedKeys.splice(mark);
    const values = this.#oldValues.splice(mark);
    for (let index = keys.length - 1; index >= 0; index--) this.#map.set(keys[index] as K, values[index]);
    return keys;
  }
}
