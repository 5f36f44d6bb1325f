/** For tests: what is translated is kept in memory, from one hart to the next. */

import type {
  CompiledRegions,
  KeptRegion,
  KeptRegions,
  RegionFunction,
  TranslationCache,
} from "../../../engine/translation-cache.ts";

export class MemoryTranslations implements TranslationCache, KeptRegions {
  readonly kept = new Map<KeptRegion, RegionFunction>();
  readonly #modules = new Map<string, WebAssembly.Module>();

  module(name: string, write: () => Uint8Array<ArrayBuffer>): WebAssembly.Module {
    const module = this.#modules.get(name) ?? new WebAssembly.Module(write());
    this.#modules.set(name, module);
    return module;
  }

  restore(): void {}

  regions(): KeptRegions {
    return this;
  }

  find(pageHash: number): readonly KeptRegion[] {
    const found = [...this.kept.keys()].filter(({ pages }) =>
      pages.some(({ hashes }) => hashes.includes(pageHash)),
    );
    return found.reverse();
  }

  load(region: KeptRegion): RegionFunction | undefined {
    return this.kept.get(region);
  }

  keep(region: KeptRegion, { module }: CompiledRegions, name: string): void {
    // As it would come from a file.
    const copy = JSON.parse(JSON.stringify({ ...region, code: undefined })) as KeptRegion;
    this.kept.set({ ...copy, code: region.code.slice() }, { module, name });
  }

  forget(): void {}
}
