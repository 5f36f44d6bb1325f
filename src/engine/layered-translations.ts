/** What was compiled before a run, below what runs keep. */

import type { KeptRegions, TranslationCache } from "./translation-cache.ts";

/**
 * A program that was translated ahead of time.
 * @param own where this run keeps what it makes
 * @param ahead only read
 */
export function layeredTranslations(
  own: TranslationCache,
  ahead: Pick<TranslationCache, "regions">,
): TranslationCache {
  return {
    module: (name, write) => own.module(name, write),
    restore: (name, memory) => own.restore(name, memory),
    regions: (layout) => layeredRegions(own.regions(layout), ahead.regions(layout)),
  };
}

function layeredRegions(
  own: KeptRegions | undefined,
  ahead: KeptRegions | undefined,
): KeptRegions | undefined {
  if (!ahead) return own;
  return {
    find: (pageHash) => own?.find(pageHash) ?? [],
    findAhead: (pageHash) => ahead.find(pageHash),
    load: (region) => own?.load(region) ?? ahead.load(region),
    keep: (region, compiled, name) => own?.keep(region, compiled, name),
    forget: (region) => own?.forget(region),
  };
}

/**
 * Modules that came with Strata, before all others.
 * @param own without it nothing is kept
 */
export function withBuiltModules(
  own: TranslationCache | undefined,
  find: (name: string) => WebAssembly.Module | undefined,
): TranslationCache {
  return {
    module: (name, write) => find(name) ?? own?.module(name, write) ?? new WebAssembly.Module(write()),
    restore: (name, memory) => own?.restore(name, memory),
    regions: (layout) => own?.regions(layout),
  };
}
