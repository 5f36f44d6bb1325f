/** Passes change nothing that can be seen: random bodies in random worlds, before and after. */

import { expect, test } from "vitest";
import type { Body } from "../ir.ts";
import { printBody } from "../ir-text.ts";
import { shareAddressChecks } from "./address-checks.ts";
import { foldConstants, foldPure } from "./constant-folding.ts";
import { removeDead } from "./dead-stores.ts";
import { floatValues } from "./float-values.ts";
import { forward } from "./forwarding.ts";
import { optimize } from "./optimize.ts";
import { reduceStrength } from "./strength-reduction.ts";
import { observe, type World } from "./testing/evaluate.ts";
import { helperEffects, randomBody, slots } from "./testing/random-body.ts";

const passes: Record<string, (body: Body) => Body> = {
  floatValues,
  forwarding: (body) => forward(body),
  "constant folding": foldConstants,
  "forwarding and folding": (body) => forward(body, foldPure),
  "dead stores": removeDead,
  "strength reduction": reduceStrength,
  "address checks": (body) => shareAddressChecks(body),
  "all together": (body) => optimize(body),
};

const BODIES = Number(process.env.PASS_BODIES ?? 400);
const WORLDS = 6;

test.each(Object.entries(passes))("%s keeps what can be seen", (_, pass) => {
  for (let seed = 1; seed <= BODIES; seed++) {
    const body = randomBody(seed, 4 + (seed % 60));
    const after = pass(body);
    for (let world = 0; world < WORLDS; world++) {
      const where: World = { seed: world * 7919 + seed, slots, helpers: helperEffects };
      const expected = observe(body, where);
      const report = () => `body ${seed}, world ${world}\n${printBody(body)}\n----\n${printBody(after)}`;
      let seen: readonly string[];
      try {
        seen = observe(after, where);
      } catch (error) {
        throw new Error(`${error}\n${report()}`);
      }
      if (seen.join("\n") !== expected.join("\n")) expect(seen, report()).toEqual(expected);
    }
  }
});
