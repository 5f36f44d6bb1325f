/**
 * Keeps the regions of a hart for later runs, and finds those of earlier ones. A page that is executed for the first time is
 * looked up by a hash of all that is in it; when code of a region is met, all of it is compared byte for byte.
 */

import { GUEST_PAGE, pageOf } from "../memory-map.ts";
import type { CompiledRegions, KeptPage, KeptRegion, KeptRegions } from "../translation-cache.ts";
import { codeOf, pageIndex } from "./code-view.ts";
import type { InstalledRegion, RegionCache } from "./region-cache.ts";
import type { CodeAddress, TranslatorPorts } from "./translator.ts";

/** A region that may be that of a page, which is at a distance from its base. */
interface Candidate {
  readonly region: KeptRegion;
  readonly distance: number;
}

export class RegionKeeper {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #cache: RegionCache;
  readonly #kept: KeptRegions;
  readonly #ports: TranslatorPorts;
  /** Hashes of pages when they were first executed. */
  readonly #hashes = new Map<number, number>();
  /** For pages, the regions that were not needed yet. */
  readonly #candidates = new Map<number, Candidate[]>();
  /** For pages, those made before the program ran, where these were asked for. */
  readonly #ahead = new Map<number, Candidate[]>();
  /** What was kept of the regions of this run. */
  readonly #records = new WeakMap<InstalledRegion, KeptRegion>();
  readonly #instances = new WeakMap<WebAssembly.Module, Record<string, unknown>>();

  constructor(buffer: ArrayBufferLike, cache: RegionCache, kept: KeptRegions, ports: TranslatorPorts) {
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#cache = cache;
    this.#kept = kept;
    this.#ports = ports;
  }

  /** Regions taken from earlier runs. */
  loaded = 0;

  /** A page is executed for the first time. */
  pageAdded(host: number): void {
    const hash = this.#hash(host);
    this.#hashes.set(host, hash);
    const found = candidatesOf(hash, this.#kept.find(hash));
    if (found.length > 0) this.#candidates.set(host, found);
  }

  pageRemoved(host: number): void {
    this.#hashes.delete(host);
    this.#candidates.delete(host);
    this.#ahead.delete(host);
  }

  /** Code at an address is executed for the first time. */
  met(at: CodeAddress): void {
    const host = pageOf(at.place);
    const candidates = this.#candidates.get(host);
    if (!candidates?.some((candidate) => holds(candidate, at.place))) return;
    this.#candidates.set(
      host,
      candidates.filter((candidate) => !this.#use(candidate, at)),
    );
  }

  /** Whether there may be a region that has the code at a host address. */
  has(place: number): boolean {
    const host = pageOf(place);
    const candidates = [...(this.#candidates.get(host) ?? []), ...this.#aheadOf(host)];
    return candidates.some((candidate) => holds(candidate, place));
  }

  #aheadOf(host: number): readonly Candidate[] {
    const known = this.#ahead.get(host);
    const hash = this.#hashes.get(host);
    if (known || hash === undefined) return known ?? [];
    const found = candidatesOf(hash, this.#kept.findAhead?.(hash) ?? []);
    this.#ahead.set(host, found);
    return found;
  }

  /** An address is hot: its page may have changed since it was first executed. Whether a region was found for it. */
  look(at: CodeAddress): boolean {
    const before = this.loaded;
    const hash = this.#hash(pageOf(at.place));
    const found = [...this.#kept.find(hash), ...(this.#kept.findAhead?.(hash) ?? [])];
    for (const candidate of candidatesOf(hash, found)) this.#use(candidate, at);
    return this.loaded > before;
  }

  /** Installs a region that has the code at an address; whether it is of no further use. */
  #use({ region, distance }: Candidate, at: CodeAddress): boolean {
    return holds({ region, distance }, at.place) && this.#install(region, distance, at);
  }

  /**
   * Installs a region, of which the page at a distance from its base is that of an address, if all of its code is there; false
   * where some of its pages were not executed yet.
   */
  #install(region: KeptRegion, distance: number, { place, low, high }: CodeAddress): boolean {
    const hosts = new Map<number, number>();
    for (const page of region.pages) {
      const pages = page.distance - distance;
      const host = pages === 0 ? pageOf(place) : this.#ports.peekAt(low, high, pages);
      // Only of a page that has records is it known when it is written.
      if (host === undefined || this.#ports.records.find(host) === undefined) return false;
      hosts.set(page.distance, host);
    }
    if (region.entries.every((offset) => this.#cache.isEnteredAt(placeOf(hosts, offset)))) return true;
    const found = this.#isSame(region, hosts) ? this.#kept.load(region) : undefined;
    if (!found) return true;
    const { jumpTargets, code: _, pages: __, ...rest } = region;
    const placed = { ...rest, hosts, jumpTargets: new Map(jumpTargets) };
    const installed = this.#cache.install(placed, this.#exports(found.module)[found.name]);
    if (!installed) return true;
    this.loaded += 1;
    this.#cache.dropWithin(installed);
    return true;
  }

  #exports(module: WebAssembly.Module): Record<string, unknown> {
    const known = this.#instances.get(module);
    if (known) return known;
    const { exports } = new WebAssembly.Instance(module, { env: this.#ports.imports() });
    this.#instances.set(module, exports);
    return exports;
  }

  #isSame({ blocks, code }: KeptRegion, hosts: ReadonlyMap<number, number>): boolean {
    let at = 0;
    for (const [start, end] of blocks) {
      for (let offset = start; offset < end; offset += 2) {
        const host = placeOf(hosts, offset);
        if (this.#bytes[host] !== code[at++] || this.#bytes[host + 1] !== code[at++]) return false;
      }
    }
    return at === code.length;
  }

  /** A region was made and installed. */
  keep(region: InstalledRegion, compiled: CompiledRegions, name: string): void {
    const { hosts, slot: _, placed: __, jumpTargets: targets, ...described } = region;
    const pages: KeptPage[] = [];
    for (const [distance, host] of hosts) {
      const hash = this.#hash(host);
      pages.push({ distance, hashes: [...new Set([this.#hashes.get(host) ?? hash, hash])] });
    }
    const code = codeOf(region.blocks, (offset) => this.#bytes[placeOf(hosts, offset)] ?? 0);
    const kept = { ...described, jumpTargets: [...targets], pages, code };
    this.#records.set(region, kept);
    this.#kept.keep(kept, compiled, name);
  }

  /** Another region has taken the place of one. */
  replaced(region: InstalledRegion): void {
    const kept = this.#records.get(region);
    if (kept) this.#kept.forget(kept);
  }

  #hash(host: number): number {
    return hashPage(this.#words, host >>> 2);
  }
}

/** How regions that have a page with this hash may lie. */
function candidatesOf(hash: number, regions: readonly KeptRegion[]): Candidate[] {
  return regions.flatMap((region) =>
    region.pages.filter(({ hashes }) => hashes.includes(hash)).map(({ distance }) => ({ region, distance })),
  );
}

/** The host address of an offset, by the host addresses of pages. */
function placeOf(hosts: ReadonlyMap<number, number>, offset: number): number {
  return (hosts.get(pageIndex(offset)) ?? 0) + (offset & (GUEST_PAGE - 1));
}

function holds({ region, distance }: Candidate, place: number): boolean {
  const offset = distance * GUEST_PAGE + (place % GUEST_PAGE);
  return region.blocks.some(([start, end]) => start <= offset && offset < end);
}

/** The hash of a page that begins at a word. */
export function hashPage(words: Int32Array, first: number): number {
  let hash = 0;
  for (let word = first; word < first + GUEST_PAGE / 4; word++) {
    hash = Math.imul(hash ^ (words[word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
