/** What one run compiles is kept for the next ones. A host implements it; without one, every run begins anew. */

import type { HartMap } from "./memory-map.ts";
import type { MadeRegion } from "./region/compile.ts";

export interface TranslationCache {
  /** A module that is the same in every run: it is written and compiled where it is not kept under its name. */
  module(name: string, write: () => Uint8Array<ArrayBuffer>): WebAssembly.Module;
  /** Puts into memory what an earlier run had in its memory of that name and size, and keeps it when this run ends. */
  restore(name: string, memory: Uint8Array<ArrayBuffer>): void;
  /** The regions of harts that lie alike in linear memory: see `hartLayout`. Nothing where none are kept. */
  regions(layout: string): KeptRegions | undefined;
}

/** A text for harts of one instruction set that lie alike in linear memory, so that the same regions serve them. */
export function hartLayout(set: { readonly name: string }, hart: HartMap): string {
  return `${set.name} ${JSON.stringify(hart)}`;
}

export interface KeptRegions {
  /** The regions of earlier runs that have a page with this hash, the newest first. */
  find(pageHash: number): readonly KeptRegion[];
  /** Those that were made before the program ran: there may be many that it does not need. */
  readonly findAhead?: (pageHash: number) => readonly KeptRegion[];
  /** The function of one that was found; undefined where it cannot be used. */
  load(region: KeptRegion): RegionFunction | undefined;
  keep(region: KeptRegion, compiled: CompiledRegions, name: string): void;
  /** Another one has taken the place of a region kept in this run. */
  forget(region: KeptRegion): void;
}

/** A module of regions, and what it was compiled from. */
export interface CompiledRegions {
  readonly module: WebAssembly.Module;
  readonly code: Uint8Array<ArrayBuffer>;
}

/** A function that a module exports. */
export interface RegionFunction {
  readonly module: WebAssembly.Module;
  readonly name: string;
}

/** All about a region but its function and where it lies: plain data. */
export interface KeptRegion extends MadeRegion {
  readonly jumpTargets: readonly (readonly [site: number, targets: readonly number[]])[];
  /** How often it was made; 0 where that was before the program ran. */
  readonly version: number;
  /** Its share of the module's bytes. */
  readonly bytes: number;
  readonly pages: readonly KeptPage[];
  /** The guest's code in its blocks, one after another: only where it is the same may the region be entered. */
  readonly code: Uint8Array;
}

/** A page that a region's code is on. */
export interface KeptPage {
  /** Pages from the base page. */
  readonly distance: number;
  /** Hashes of what was in it when it was first executed, and when the region was made. */
  readonly hashes: readonly number[];
}
