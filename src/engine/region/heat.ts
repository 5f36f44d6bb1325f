/**
 * Where the interpreter spends time, by place: so that what is hottest is translated first. A place is one at which a
 * region left for other code, or one at which the guest was seen now and then.
 */

import type { CodeAddress } from "./translator.ts";

export interface HotPlace {
  /** Where it was met last. */
  at: CodeAddress;
  /** A region left for it, so that control comes in just here; else the guest was seen somewhere near. */
  readonly isTarget: boolean;
  heat: number;
}

/** Places seen in one stretch of so many bytes count together. */
const STRETCH = 64;
const MOST_PLACES = 8192;

export class HeatMap {
  readonly #places = new Map<number, HotPlace>();
  readonly #threshold: number;
  /** Whether some place may have reached the threshold. */
  #isRipe = false;

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  add(at: CodeAddress, isTarget: boolean, heat: number): void {
    const key = isTarget ? at.place : -1 - Math.floor(at.place / STRETCH);
    const known = this.#places.get(key);
    const place = known ?? { at, isTarget, heat: 0 };
    place.at = at;
    place.heat += heat;
    if (!known) {
      if (this.#places.size >= MOST_PLACES) this.fade();
      this.#places.set(key, place);
    }
    // Looked at again only as it grows: what could not be made just now may be later.
    const level = Math.floor(place.heat / this.#threshold);
    this.#isRipe ||= level > Math.floor((place.heat - heat) / this.#threshold);
  }

  /** Takes out the hottest place of those that are hot enough: `needs` says how many times the threshold, if any is. */
  takeHottest(needs: (place: HotPlace) => number): HotPlace | undefined {
    if (!this.#isRipe) return undefined;
    let hottest: [number, HotPlace] | undefined;
    for (const [key, place] of this.#places) {
      if (place.heat < this.#threshold || place.heat <= (hottest?.[1].heat ?? 0)) continue;
      if (place.heat >= this.#threshold * needs(place)) hottest = [key, place];
    }
    if (hottest) this.#places.delete(hottest[0]);
    else this.#isRipe = false;
    return hottest?.[1];
  }

  /** Halves all: what is met seldom stays cold. */
  fade(): void {
    for (const [key, place] of this.#places) {
      place.heat /= 2;
      if (place.heat < this.#threshold / 8) this.#places.delete(key);
    }
  }

  clear(): void {
    this.#places.clear();
  }
}
