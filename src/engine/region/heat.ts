/**
 * Where the interpreter spends time, by place: so that what is hottest is translated first. A place is one at which a
 * region left for other code, or one at which the guest was seen now and then.
 */

import type { CodeAddress } from "./translator.ts";

/**
 * Why a place is hot: a region left for it, so that control comes in just here; a region left there for the interpreter,
 * as it could not do an access; or the guest was seen somewhere near.
 */
export type Heating = "entered" | "left" | "near";

export interface HotPlace {
  /** Where it was met last. */
  at: CodeAddress;
  readonly heating: Heating;
  heat: number;
  /** The heat at which to look at it again. */
  ripeAt: number;
}

/** Places seen in one stretch of so many bytes count together. */
const STRETCH = 64;
const MOST_PLACES = 8192;

/** Places are even, so that one may be hot for two reasons. */
function keyOf(place: number, heating: Heating): number {
  if (heating === "near") return -1 - Math.floor(place / STRETCH);
  return heating === "entered" ? place : place + 1;
}

export class HeatMap {
  readonly #places = new Map<number, HotPlace>();
  readonly #threshold: number;
  /** Those that are to be looked at. */
  readonly #ripe = new Map<number, HotPlace>();

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  add(at: CodeAddress, heating: Heating, heat: number): void {
    const key = keyOf(at.place, heating);
    const known = this.#places.get(key);
    const place = known ?? { at, heating, heat: 0, ripeAt: this.#threshold };
    place.at = at;
    place.heat += heat;
    if (!known) {
      if (this.#places.size >= MOST_PLACES) this.fade();
      this.#places.set(key, place);
    }
    if (place.heat >= place.ripeAt) this.#ripe.set(key, place);
  }

  /** Takes out the hottest place of those that are hot enough: `needs` says how many times the threshold, if any is. */
  takeHottest(needs: (place: HotPlace) => number): HotPlace | undefined {
    let hottest: [number, HotPlace] | undefined;
    for (const [key, place] of this.#ripe) {
      if (place.heat <= (hottest?.[1].heat ?? 0)) continue;
      const needed = this.#threshold * needs(place);
      if (place.heat >= needed) {
        hottest = [key, place];
        continue;
      }
      // What could not be made just now may be later.
      place.ripeAt = Number.isFinite(needed) ? needed : place.heat + this.#threshold;
      this.#ripe.delete(key);
    }
    if (hottest) this.#forget(hottest[0]);
    return hottest?.[1];
  }

  #forget(key: number): void {
    this.#places.delete(key);
    this.#ripe.delete(key);
  }

  /** Halves all: what is met seldom stays cold. */
  fade(): void {
    for (const [key, place] of this.#places) {
      place.heat /= 2;
      place.ripeAt = Math.max(place.ripeAt / 2, this.#threshold);
      if (place.heat < this.#threshold / 8) this.#forget(key);
    }
  }

  clear(): void {
    this.#places.clear();
    this.#ripe.clear();
  }
}
