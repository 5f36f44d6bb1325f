import { beforeEach, describe, expect, it } from "vitest";
import { Wire } from "../testing/ports.ts";
import { Plic } from "./plic.ts";

const claimOf = (context: number) => 0x20_0004 + 0x1000 * context;
const enableOf = (context: number) => 0x2000 + 0x80 * context;

describe("Plic", () => {
  let contexts: Wire[];
  let plic: Plic;

  beforeEach(() => {
    contexts = [new Wire(), new Wire()];
    plic = new Plic({ contexts });
    for (const source of [3, 10, 40]) plic.write(4 * source, 4, source === 40 ? 5 : 1);
    plic.write(enableOf(1), 4, (1 << 3) | (1 << 10) | 1);
    plic.write(enableOf(1) + 4, 4, 1 << 8);
  });

  it("raises only the contexts that enable a source", () => {
    plic.source(10).set(true);
    expect(contexts.map((line) => line.raised)).toEqual([false, true]);
    expect(plic.read(0x1000, 4)).toBe(1 << 10);
    expect(plic.read(enableOf(1), 4)).toBe((1 << 3) | (1 << 10));
  });

  it("claims by priority, then by number", () => {
    for (const source of [10, 3, 40]) plic.source(source).set(true);
    const claims = [0, 1, 2, 3].map(() => plic.read(claimOf(1), 4));
    expect(claims).toEqual([40, 3, 10, 0]);
    expect(contexts[1]?.raised).toBe(false);
  });

  it("asks again after completion while the level is up", () => {
    const line = plic.source(10);
    line.set(true);
    expect(plic.read(claimOf(1), 4)).toBe(10);
    expect(contexts[1]?.raised).toBe(false);
    plic.write(claimOf(1), 4, 10);
    expect(contexts[1]?.raised).toBe(true);
    plic.read(claimOf(1), 4);
    line.set(false);
    plic.write(claimOf(1), 4, 10);
    expect(contexts[1]?.raised).toBe(false);
  });

  it("ignores completion of a source that the context does not enable", () => {
    plic.source(10).set(true);
    plic.read(claimOf(1), 4);
    plic.write(claimOf(0), 4, 10);
    expect(contexts[1]?.raised).toBe(false);
  });

  it("masks by threshold, but not claims", () => {
    plic.write(0x20_1000, 4, 1);
    plic.source(3).set(true);
    expect(contexts[1]?.raised).toBe(false);
    expect(plic.read(claimOf(1), 4)).toBe(3);
    plic.source(40).set(true);
    expect(contexts[1]?.raised).toBe(true);
  });

  it("answers any offset", () => {
    for (const offset of [0, 0x180, 0x100c, 0x1f_fffc, 0x20_2004, 0x3ff_fffc, 2]) {
      plic.write(offset, 4, 0xffff_ffff);
      expect(plic.read(offset, 4)).toBe(0);
    }
  });

  it("restores what it saved", () => {
    plic.source(3).set(true);
    plic.source(40).set(true);
    plic.read(claimOf(1), 4);
    const lines = [new Wire(), new Wire()];
    const copy = new Plic({ contexts: lines }, JSON.parse(JSON.stringify(plic.save())));
    expect(copy.save()).toEqual(plic.save());
    expect(lines[1]?.raised).toBe(true);
    copy.write(claimOf(1), 4, 40);
    expect(copy.read(claimOf(1), 4)).toBe(40);
  });
});
