import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { guest } from "./support/guest.ts";

const root = join(import.meta.dirname, "..", "..");

test.skipIf(guest.missing)("the README's example of the library runs", () => {
  const example = /```ts\n(import [\s\S]*?from "strata"[\s\S]*?)```/.exec(
    readFileSync(join(root, "README.md"), "utf8"),
  )?.[1];
  if (!example) throw new Error("README.md has no example");
  // A file inside the package may import the package by its name.
  const folder = join(root, ".build");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "readme-example.mjs");
  writeFileSync(file, `${example}\nconsole.log(machine.steps, saved.length > 2 ** 20);\n`);
  const output = execFileSync(process.execPath, [file], { encoding: "utf8" });
  expect(output).toContain("ffffffff8");
  expect(output.trim()).toMatch(/50000000 true$/);
});
