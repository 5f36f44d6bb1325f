/** docs/system-calls.md, made from the table. */

import { absentCalls } from "./absent.ts";
import { families } from "./table.ts";

interface Row {
  readonly number: number;
  readonly name: string;
  readonly family: string;
  readonly support: string;
}

/** How many system calls there are, by how much of them. */
export function countCalls(): { readonly full: number; readonly partial: number; readonly absent: number } {
  const calls = Object.values(families).flatMap((family) => Object.values(family));
  const partial = calls.filter(({ missing }) => missing !== undefined).length;
  return { full: calls.length - partial, partial, absent: Object.keys(absentCalls).length };
}

function rows(): Row[] {
  const present = Object.entries(families).flatMap(([family, calls]) =>
    Object.entries(calls).map(([name, { number, missing }]) => ({
      number,
      name,
      family: `[${family}](../src/linux/syscalls/${family}.ts)`,
      support: missing === undefined ? "full" : `partial: ${missing}`,
    })),
  );
  const absent = Object.entries(absentCalls).map(([number, name]) => ({
    number: Number(number),
    name,
    family: "",
    support: "absent",
  }));
  return [...present, ...absent].sort((a, b) => a.number - b.number);
}

/** The page. */
export function systemCallPage(): string {
  const { full, partial, absent } = countCalls();
  const lines = rows().map(
    ({ number, name, family, support }) => `| ${number} | \`${name}\` | ${family} | ${support} |`,
  );
  return [
    "# System calls",
    "",
    "What `strata exec` has of Linux's system calls on riscv64. Made by `npm run docs:system-calls` from",
    "`src/linux/syscalls/`; an absent one fails with ENOSYS.",
    "",
    `${full} are there in full, ${partial} in part, ${absent} are absent.`,
    "",
    "| number | name | family | support |",
    "| --- | --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}
