/**
 * Runs every file of tests/<pass>/: what the test shows as a comment, a body, a line of dashes, and what the pass makes of
 * it. With UPDATE_IR=1 in the environment the second part is written anew.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as helpers from "../../isa/riscv/helpers.ts";
import * as state from "../../isa/riscv/state.ts";
import type { Body } from "../ir.ts";
import { type IrNames, parseBody } from "../ir-parser.ts";
import { printBody } from "../ir-text.ts";
import { shareAddressChecks } from "./address-checks.ts";
import { foldConstants, foldPure } from "./constant-folding.ts";
import { removeDead } from "./dead-stores.ts";
import { floatValues } from "./float-values.ts";
import { forward } from "./forwarding.ts";
import { optimize } from "./optimize.ts";
import { reduceStrength } from "./strength-reduction.ts";

const passes: Readonly<Record<string, (body: Body) => Body>> = {
  "address-checks": shareAddressChecks,
  "address-checks-together": (body) => shareAddressChecks(body, { writableIsReadable: true }),
  "constant-folding": foldConstants,
  "dead-stores": removeDead,
  forwarding: (body) => forward(body, foldPure),
  "float-values": floatValues,
  optimize: (body) => optimize(body),
  "strength-reduction": reduceStrength,
};

const names: IrNames = {
  files: [state.x, state.f],
  slots: [state.fcsr, state.fpFast, state.csr.mstatus, state.privilege],
  helpers: [
    ...Object.values(helpers).filter(({ name }) => name !== "useFloat"),
    { ...helpers.useFloat, establishes: "condition-false", changes: [state.csr.mstatus] },
  ],
};

const folder = new URL("tests/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ir"),
);

test.each(files.sort())("%s", (file) => {
  const path = new URL(file, folder);
  const text = readFileSync(path, "utf8");
  const [input = "", expected = ""] = text.split("\n----\n");
  const pass = passes[file.split("/")[0] ?? ""];
  if (!pass) throw new Error(`no pass for ${file}`);
  const made = printBody(pass(parseBody(input, names)));
  if (process.env.UPDATE_IR) writeFileSync(path, `${input}\n----\n${made}\n`);
  else expect(made).toBe(expected.trimEnd());
});
