/**
 * The pages of RAM that address spaces share out. A frame is held by as many as have it mapped or keep it in a cache; it is
 * zero when it is handed out.
 */

export const PAGE = 4096;
export const NO_FRAME = -1;

export class Frames {
  readonly ram: Uint8Array;
  readonly count: number;
  readonly #holders: Uint32Array;
  readonly #free: number[] = [];
  /** Frames from here on were never used: they are still zero. */
  #fresh: number;
  /** Frames that may not be handed out, as others take their place in memory. */
  #charged = 0;
  readonly #written: (offset: number, length: number) => void;
  /** Asked for frames when there are none left; true where some were given back. */
  reclaim: () => boolean = () => false;

  /**
   * @param written hears of RAM that was written here
   * @param first how many frames at the beginning are not handed out
   */
  constructor(ram: Uint8Array, written: (offset: number, length: number) => void, first = 0) {
    this.ram = ram;
    this.count = Math.floor(ram.length / PAGE);
    this.#holders = new Uint32Array(this.count);
    this.#written = written;
    this.#fresh = first;
  }

  get freeCount(): number {
    return this.count - this.#fresh + this.#free.length - this.#charged;
  }

  /** Keeps so many frames from being handed out; false where there are not so many. */
  charge(count: number): boolean {
    while (this.freeCount < count) if (!this.reclaim()) return false;
    this.#charged += count;
    return true;
  }

  discharge(count: number): void {
    this.#charged -= count;
  }

  /** A frame full of zeros, held once; NO_FRAME where memory is used up. */
  allocate(): number {
    if (this.freeCount <= 0 && !this.reclaim()) return NO_FRAME;
    const used = this.#free.pop();
    const frame = used ?? this.#fresh++;
    if (used !== undefined) {
      this.ram.fill(0, frame * PAGE, (frame + 1) * PAGE);
      this.#written(frame * PAGE, PAGE);
    }
    this.#holders[frame] = 1;
    return frame;
  }

  /** A copy of a frame, held once. */
  copy(frame: number): number {
    const copy = this.allocate();
    if (copy === NO_FRAME) return NO_FRAME;
    this.ram.copyWithin(copy * PAGE, frame * PAGE, (frame + 1) * PAGE);
    return copy;
  }

  hold(frame: number): void {
    this.#holders[frame] = (this.#holders[frame] ?? 0) + 1;
  }

  release(frame: number): void {
    const holders = (this.#holders[frame] ?? 0) - 1;
    this.#holders[frame] = holders;
    if (holders === 0) this.#free.push(frame);
  }

  isShared(frame: number): boolean {
    return (this.#holders[frame] ?? 0) > 1;
  }

  bytes(frame: number): Uint8Array {
    return this.ram.subarray(frame * PAGE, (frame + 1) * PAGE);
  }

  /** RAM was written past this. */
  changed(offset: number, length: number): void {
    this.#written(offset, length);
  }

  /** Writes into a frame, of which the program may have run code. */
  write(frame: number, offset: number, bytes: Uint8Array): void {
    this.ram.set(bytes, frame * PAGE + offset);
    this.#written(frame * PAGE + offset, bytes.length);
  }
}
