/** Regions that an earlier hart made. */

import { describe, expect, test } from "vitest";
import { layeredTranslations } from "../../engine/layered-translations.ts";
import { AheadTranslator } from "../../engine/region/ahead.ts";
import { ImmediateCompiler } from "../../engine/region/compile.ts";
import type { TranslationCache } from "../../engine/translation-cache.ts";
import { riscv } from "./instruction-set.ts";
import { type BareHart, bareHart, RAM_BASE } from "./testing/bare-hart.ts";
import { MemoryTranslations } from "./testing/memory-translations.ts";

const STEPS = 60_000;
const SLICES = 20;

const FAR = 0x2000;

/** How often the inner loop turns that is near. */
const TURNS = 100;

/** A loop that calls another one, two pages further; a0 and a3 count. */
const near = (turns = TURNS) => `
  outer: li a1, ${turns}
  inner: addi a1, a1, -1
  count: addi a0, a0, 1
    bnez a1, inner
  here: auipc t1, ${FAR / 4096}
    jalr ra, 0(t1)
    j outer`;
const far = `
    li a2, 50
  away: addi a2, a2, -1
  other: addi a3, a3, 3
    bnez a2, away
    ret`;

/** What another run has otherwise: the highest byte of an instruction, or a byte that is no instruction. */
type Change = "count" | "other" | "data";

function load(bare: BareHart, change?: Change, turns = TURNS): void {
  const symbols = bare.load(near(turns));
  const start = Number(symbols.get("here")) - RAM_BASE + FAR;
  const all = new Map([...symbols, ...bare.load(far, start), ["data", BigInt(RAM_BASE + 2000)]]);
  if (!change) return;
  const place = Number(all.get(change)) - RAM_BASE + 3;
  bare.ram[place] = (bare.ram[place] ?? 0) ^ 0x10;
}

function run(change?: Change, translations?: TranslationCache, turns = TURNS) {
  const technique = translations ? { threshold: 500, compiler: new ImmediateCompiler(riscv) } : "interpret";
  const bare = bareHart({}, technique, { translations });
  load(bare, change, turns);
  for (let slice = 0; slice < SLICES; slice++) bare.hart.run(STEPS / SLICES);
  const { hart } = bare;
  const registers = Array.from({ length: 32 }, (_, index) => hart.getX(index));
  return { bare, state: { registers, pc: hart.pc }, counts: hart.translations };
}

/** What a first run leaves. */
function kept(): MemoryTranslations {
  const translations = new MemoryTranslations();
  expect(run(undefined, translations).counts).toMatchObject({ loaded: 0 });
  expect(translations.kept.size).toBeGreaterThan(0);
  return translations;
}

/** What translating all of the program before it runs leaves. */
function translatedAhead(starts: (symbols: { readonly far: number }) => readonly number[], turns = TURNS) {
  const bare = bareHart();
  load(bare, undefined, turns);
  const image = new Map<number, Uint8Array>();
  for (let at = 0; at < 4 * 4096; at += 4096) {
    image.set((RAM_BASE + at) / 4096, bare.ram.slice(at, at + 4096));
  }
  const translations = new MemoryTranslations();
  const compiler = new ImmediateCompiler(riscv);
  const ahead = new AheadTranslator(image, bare.hart.memory.hart, compiler, translations);
  const here = Number(bare.load(near(turns)).get("here"));
  for (const start of starts({ far: here + FAR })) ahead.add(start);
  while (ahead.step());
  return {
    translations: layeredTranslations(new MemoryTranslations(), translations),
    counts: ahead.counts,
  };
}

describe("regions made before the program runs", () => {
  test("are used, and nothing is translated again", () => {
    const { translations, counts } = translatedAhead(({ far }) => [RAM_BASE, far]);
    expect(counts).toMatchObject({ regions: 2, instructions: 12, left: 0 });
    const ran = run(undefined, translations);
    expect(ran.state).toEqual(run().state);
    expect(ran.counts).toMatchObject({ loaded: 2, translated: 0 });
  });

  test("are used where the program is first hot after a call in a loop, which is entered at its head", () => {
    const { translations } = translatedAhead(({ far }) => [RAM_BASE, far], 1);
    const ran = run(undefined, translations, 1);
    expect(ran.state).toEqual(run(undefined, undefined, 1).state);
    expect(ran.counts).toMatchObject({ loaded: 2, translated: 0 });
  });

  test("leave what was not found to be translated when it is hot", () => {
    const { translations } = translatedAhead(() => [RAM_BASE, RAM_BASE + 1, RAM_BASE + 2 ** 31]);
    const ran = run(undefined, translations);
    expect(ran.state).toEqual(run().state);
    expect(ran.counts?.loaded).toBe(1);
    expect(ran.counts?.translated).toBeGreaterThan(0);
  });

  test("are not used where the program is another", () => {
    const { translations } = translatedAhead(({ far }) => [RAM_BASE, far]);
    const changed = run("count", translations);
    expect(changed.state).toEqual(run("count").state);
  });
});

describe("regions of an earlier hart", () => {
  test("are used, and nothing is translated again", () => {
    const second = run(undefined, kept());
    expect(second.counts?.loaded).toBeGreaterThan(0);
    expect(second.counts?.translated).toBe(0);
    expect(second.state).toEqual(run().state);
  });

  test.each(["count", "other"] as const)("are not used where the instruction %s is another", (change) => {
    const changed = run(change, kept());
    expect(changed.state).toEqual(run(change).state);
    expect(changed.state).not.toEqual(run().state);
    expect(changed.counts?.translated).toBeGreaterThan(0);
  });

  test("are not found by a page of which other bytes differ, but the others are", () => {
    const changed = run("data", kept());
    expect(changed.state).toEqual(run("data").state);
    expect(changed.counts?.translated).toBeGreaterThan(0);
  });

  test("go when their code is written", () => {
    const { bare, counts } = run(undefined, kept());
    expect(counts?.loaded).toBeGreaterThan(0);
    const before = bare.hart.getX(10);
    bare.load(near().replace("addi a0, a0, 1", "addi a0, a0, 16"));
    bare.hart.run(STEPS);
    expect(bare.hart.getX(10) - before).toBeGreaterThan(BigInt(STEPS));
  });
});
