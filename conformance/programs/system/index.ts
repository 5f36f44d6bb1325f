/** All scenarios. */

import type { Scenario, SystemProgram } from "../../support/scenario.ts";
import { csrScenarios } from "./csrs.ts";
import { trapScenarios } from "./traps.ts";

const scenarios: readonly Scenario[] = [...trapScenarios(), ...csrScenarios()];

export const systemPrograms: readonly SystemProgram[] = scenarios.map((scenario) => scenario.program());
