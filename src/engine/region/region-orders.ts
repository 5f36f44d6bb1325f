/**
 * Regions that are being made: what is wanted is collected, handed to the compiler as jobs, and given on when it is done,
 * unless its code was written meanwhile.
 */

import { GUEST_PAGE, type HartMap, RECORD_BYTES } from "../memory-map.ts";
import { type CodePages, emptyPages, pagesOf } from "./code-view.ts";
import {
  type MadeRegion,
  type MadeRegions,
  namedRegions,
  type RegionCompiler,
  type RegionRequest,
} from "./compile.ts";
import type { InstalledRegion, PlacedRegion, Records } from "./region-cache.ts";

/** Jobs being done at one time. */
const MOST_PENDING = 2;
/** Regions made together, as functions of one module. */
const MOST_IN_JOB = 4;
/** Of a stretch of code for which only one region is made at a time, the size as a power of two. */
const BUSY_SHIFT = 8;
/** A region that may have more instructions is made alone, as compiling it takes much memory. */
export const MOST_INSTRUCTIONS = 600;

/** A region that is to be made. */
export interface Order {
  readonly request: Omit<RegionRequest, "pages" | "isExact">;
  /** The pages of code that it may be made of: where they are, by their distance from the base page. */
  readonly hosts: ReadonlyMap<number, number>;
  /** The region whose place it takes, if it takes one's. */
  readonly old: InstalledRegion | { readonly version: number };
  /** Where the guest is: a host address. */
  readonly place: number;
}

/** A region that was made, ready to be installed. */
export interface Delivery {
  readonly region: Omit<PlacedRegion, "jumpTargets" | "version">;
  readonly code: unknown;
  readonly made: MadeRegions;
  readonly name: string;
}

/** What regions import: see `regionImports`. */
export type RegionImports = Record<string, WebAssembly.Memory | ((...args: never[]) => number | bigint)>;

export interface OrderPorts {
  readonly compiler: RegionCompiler;
  readonly records: Records;
  readonly imports: () => RegionImports;
  readonly deliver: (order: Order, delivery: Delivery) => void;
  /** No region can be made for this one. */
  readonly refuse: (order: Order) => void;
}

interface Plan {
  readonly order: Order;
  readonly request: RegionRequest;
  /** For each page, how often it had been written. */
  readonly writes: ReadonlyMap<number, number | undefined>;
}

export class RegionOrders {
  readonly #bytes: Uint8Array;
  readonly #halves: Uint16Array;
  readonly #hart: HartMap;
  readonly #ports: OrderPorts;
  /** Blocks are translated before they are executed: all code counts as met, and is entered just where that is asked for. */
  readonly #isAtOnce: boolean;
  readonly #plans: Plan[] = [];
  /** Pages of which regions are being made, and how often they were written meanwhile. */
  readonly #making = new Map<number, number>();
  /** Stretches of code where the guest was when the regions that are being made were asked for. */
  readonly #busy = new Set<number>();
  /** Regions that are being made again. */
  readonly #remaking = new Set<Order["old"]>();
  #pending = 0;
  #version = 0;
  #discarded = 0;

  constructor(memory: WebAssembly.Memory, hart: HartMap, isAtOnce: boolean, ports: OrderPorts) {
    this.#bytes = new Uint8Array(memory.buffer);
    this.#halves = new Uint16Array(memory.buffer);
    this.#hart = hart;
    this.#isAtOnce = isAtOnce;
    this.#ports = ports;
  }

  /** Regions whose code was written while they were made. */
  get discarded(): number {
    return this.#discarded;
  }

  /** Whether no more can be ordered now. */
  get isFull(): boolean {
    return this.#pending >= MOST_PENDING || this.#plans.length >= MOST_IN_JOB;
  }

  /** Whether something near a host address is being made: it may be what is wanted there. */
  isBusyAt(place: number): boolean {
    return this.#busy.has(place >>> BUSY_SHIFT);
  }

  isRemaking(region: InstalledRegion): boolean {
    return this.#remaking.has(region);
  }

  /** Orders a region of the code as it is now; it is made with the others that are ordered. */
  add(order: Order): void {
    const { hosts, place, old } = order;
    this.#busy.add(place >>> BUSY_SHIFT);
    if ("slot" in old) this.#remaking.add(old);
    for (const host of hosts.values()) this.#making.set(host, this.#making.get(host) ?? 0);
    const writes = new Map([...hosts.values()].map((host) => [host, this.#making.get(host)]));
    const request = { ...order.request, isExact: this.#isAtOnce, pages: this.copy(hosts) };
    this.#plans.push({ order, request, writes });
  }

  /** Copies pages, and which of their instructions were met. */
  copy(hosts: ReadonlyMap<number, number>): CodePages {
    const copies = emptyPages([...hosts.keys()]);
    let place = 0;
    for (const host of hosts.values()) {
      copies.bytes.set(this.#bytes.subarray(host, host + GUEST_PAGE), place);
      this.#copyMet(host, copies.met, place / 2);
      place += GUEST_PAGE;
    }
    return copies;
  }

  #copyMet(host: number, met: Uint8Array, at: number): void {
    const records = this.#ports.records.find(host);
    if (this.#isAtOnce || records === undefined) {
      met.fill(1, at, at + GUEST_PAGE / 2);
      return;
    }
    const first = records >> 1;
    for (let index = 0; index < GUEST_PAGE / 2; index++) {
      if (this.#halves[first + index * (RECORD_BYTES / 2)] !== 0) met[at + index] = 1;
    }
  }

  /** Has what was ordered made: the usual regions in one module, large ones alone. */
  submit(): void {
    const plans = this.#plans.splice(0);
    const usual = plans.filter(({ request }) => request.maxInstructions <= MOST_INSTRUCTIONS);
    if (usual.length > 0) this.#submitTogether(usual);
    for (const plan of plans) if (!usual.includes(plan)) this.#submitTogether([plan]);
  }

  #submitTogether(plans: readonly Plan[]): void {
    const version = this.#version;
    const requests = plans.map(({ request }) => request);
    this.#pending += 1;
    this.#ports.compiler.submit({ hart: this.#hart, requests }, (made) => {
      this.#pending -= 1;
      for (const { order } of plans) {
        this.#busy.delete(order.place >>> BUSY_SHIFT);
        this.#remaking.delete(order.old);
      }
      if (version !== this.#version) this.#discarded += plans.length;
      else this.#take(made, plans);
      if (this.#pending === 0 && this.#plans.length === 0) this.#making.clear();
    });
  }

  /** Delivers what was made, but for what was written meanwhile. */
  #take(made: MadeRegions | undefined, plans: readonly Plan[]): void {
    const exports = made && new WebAssembly.Instance(made.module, { env: this.#ports.imports() }).exports;
    const named = new Map(made && namedRegions(made).map((each) => [each.index, each]));
    for (const [index, { order, writes }] of plans.entries()) {
      const found = named.get(index);
      if (!found || !made) {
        this.#ports.refuse(order);
        continue;
      }
      const { name, region, bytes } = found;
      const hosts = hostsOf(region, order.hosts);
      const isWritten = [...hosts.values()].some((host) => this.#making.get(host) !== writes.get(host));
      if (isWritten) this.#discarded += 1;
      else
        this.#ports.deliver(order, {
          region: { ...region, hosts, bytes },
          code: exports?.[name],
          made,
          name,
        });
    }
  }

  /** A page was written, or given up. */
  changed(host: number): void {
    const count = this.#making.get(host);
    if (count !== undefined) this.#making.set(host, count + 1);
  }

  /** What is being made is for code that is gone. */
  clear(): void {
    this.#version += 1;
  }
}

/** The pages that a region's code is on. */
function hostsOf({ blocks }: MadeRegion, hosts: ReadonlyMap<number, number>): Map<number, number> {
  const used = new Map<number, number>();
  for (const pages of pagesOf(blocks)) {
    const host = hosts.get(pages);
    if (host !== undefined) used.set(pages, host);
  }
  return used;
}
