/** docs/pcode-instructions.md is made from the tables: `npm run docs:pcode` brings it up to date. */

import { expect, test } from "vitest";
import { instructions, services } from "./instruction-set.ts";

function instructionTable(): string {
  const rows = Object.values(instructions).map(({ text, pops, pushes, picture }) => {
    const [name, ...operands] = text.split(" ");
    const isService = name === "svc";
    return `| \`${name}\` | ${operands.join(" ")} | ${isService ? "" : pops} | ${isService ? "" : pushes} | \`${picture.text}\` |`;
  });
  return [
    "| instruction | operands | takes | gives | bits |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function serviceTable(): string {
  const rows = services.map(
    ({ name, takes, gives }, number) => `| ${number} | \`${name}\` | ${takes.join(", ")} | ${gives} |`,
  );
  return ["| number | service | takes | gives |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

const document = `# The p-machine's instructions and services

Made from \`src/isa/pcode/\` by \`npm run docs:pcode\`. Bits are the most significant first; \`a\`, \`b\`, \`c\` and \`base\` are zero in
programs, and get their values when one is loaded. What each instruction does is in the tables that this is made from.

## Instructions

${instructionTable()}

## Services

${serviceTable()}
`;

test("the documentation has every instruction and service", async () => {
  await expect(document).toMatchFileSnapshot("../../../docs/pcode-instructions.md");
});
