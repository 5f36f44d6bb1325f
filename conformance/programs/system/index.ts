/** All scenarios. */

import type { Scenario, SystemProgram } from "../../support/scenario.ts";
import { csrScenarios } from "./csrs.ts";
import { interruptScenarios } from "./interrupts.ts";
import { pagingScenarios } from "./paging.ts";
import { protectionScenarios } from "./protection.ts";
import { trapScenarios } from "./traps.ts";

const scenarios: readonly Scenario[] = [
  ...trapScenarios(),
  ...csrScenarios(),
  ...interruptScenarios(),
  ...protectionScenarios(),
  ...pagingScenarios(),
];

export const systemPrograms: readonly SystemProgram[] = scenarios.map((scenario) => scenario.program());
