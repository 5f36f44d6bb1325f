/** The fast ways of floating-point arithmetic against exact arithmetic, bits and flags: with and without the host's FMA. */

import { beforeAll, describe, expect, test, vi } from "vitest";
import type * as ieee from "../../base/ieee754.ts";
import { hostFuses } from "../../engine/host-fma.ts";
import type { Technique } from "../../engine/technique.ts";
import { allowFusing } from "../../host/node/wasm-flags.ts";
import type { BareHart } from "./testing/bare-hart.ts";
import {
  execute,
  formats,
  instructions,
  operandCount,
  pattern,
  random,
  related,
} from "./testing/float-vectors.ts";
import type { Format } from "./vocabulary.ts";

allowFusing();

/** Sets of operands for each instruction. */
const COUNT = Number(process.env.STRATA_FLOAT_VECTORS ?? 3000);

const ways: readonly { fuses: boolean; technique: Technique }[] = [
  { fuses: false, technique: "interpret" },
  { fuses: true, technique: "interpret" },
  { fuses: false, technique: "translate" },
  { fuses: true, technique: "translate" },
];

const cases = (Object.keys(formats) as Format[]).flatMap((format) =>
  Object.entries(instructions).map(
    ([name, exact]) => [`${name}.${format}`, name, formats[format], exact] as const,
  ),
);

/** A hart on a host that fuses, or as on one that does not. */
async function hartWhere(fuses: boolean, technique: Technique): Promise<BareHart> {
  vi.resetModules();
  vi.doMock("../../engine/host-fma.ts", async (original) => ({
    ...(await original<object>()),
    hostFuses: () => fuses,
  }));
  const { bareHart } = await import("./testing/bare-hart.ts");
  return bareHart({}, technique);
}

const possible = ways.filter(({ fuses }) => !fuses || hostFuses());

describe.each(possible)("where the host fuses: $fuses, $technique", ({ fuses, technique }) => {
  let bare: BareHart;
  beforeAll(async () => {
    bare = await hartWhere(fuses, technique);
  });

  test.each(cases)("%s gives the exact bits and flags", (text, name, format, exact) => {
    const count = operandCount(name);
    bare.load(`${text} ${["ft0", "fa0", "fa1", "fa2"].slice(0, count + 1).join(", ")}, rne`);
    const next = random(BigInt(process.env.STRATA_FLOAT_SEED ?? 1));
    const wrong: string[] = [];
    for (let index = 0; index < COUNT; index++) {
      const operands = Array.from({ length: count }, () => pattern(format, next));
      if (index % 3 === 0) related(format, name, operands, next);
      const [a = 0n, b = 0n, c = 0n] = operands;
      const expected = exact(format, a, b, c);
      for (const before of [0, 1]) {
        const got = execute(bare.hart, format, before, operands);
        if (got.bits === expected.bits && got.flags === (expected.flags | before)) continue;
        const show = (result: ieee.FloatResult): string => `${result.bits.toString(16)} ${result.flags}`;
        wrong.push(`${operands.map((value) => value.toString(16))}: ${show(got)}, not ${show(expected)}`);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });
});
