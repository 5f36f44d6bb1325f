/** What a program was translated to ahead of time, below what runs keep. */

import type { KeptRegions, TranslationCache } from "./translation-cache.ts";

/**
 * @param own where this run keeps what it makes; without it nothing is kept
 * @param ahead only read, but for the interpreter where there is no other place for it
 */
export function layeredTranslations(
  own: TranslationCache | undefined,
  ahead: TranslationCache,
): TranslationCache {
  return {
    module: (name, write) => (own ?? ahead).module(name, write),
    restore: (name, memory) => own?.restore(name, memory),
    regions: (layout) => layeredRegions(own?.regions(layout), ahead.regions(layout)),
  };
}

function layeredRegions(own: KeptRegions | undefined, ahead: KeptRegions): KeptRegions {
  return {
    // What runs made knows more of them.
    find: (pageHash) => [...(own?.find(pageHash) ?? []), ...ahead.find(pageHash)],
    load: (region) => own?.load(region) ?? ahead.load(region),
    keep: (region, compiled, name) => own?.keep(region, compiled, name),
    forget: (region) => own?.forget(region),
  };
}
