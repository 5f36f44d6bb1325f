/** The debugger as a command, driven through a pipe. */

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = new URL("../..", import.meta.url).pathname;
const program = `program sum(input, output);
var n, total: integer;
begin
  total := 0;
  while not eof do begin
    readln(n);
    total := total + n
  end;
  writeln(total:1);
  writeln(total div (n - n))
end.
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-debugger-"));
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
  writeFileSync(join(folder, "sum.pas"), program);
  writeFileSync(join(folder, "numbers"), "20\n22\n");
  const banner =
    "--banner:js=import { createRequire as requireIn } from 'node:module'; const require = requireIn(import.meta.url);";
  const options = [
    "--bundle",
    "--splitting",
    "--format=esm",
    "--platform=node",
    "--log-level=warning",
    banner,
  ];
  execFileSync(
    join(root, "node_modules", ".bin", "esbuild"),
    [join(root, "src", "cli", "main.ts"), ...options, `--outdir=${join(folder, "dist", "bin")}`],
    { cwd: root },
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function strata(args: readonly string[], input: string) {
  const run = spawnSync(process.execPath, [join(folder, "dist", "bin", "main.js"), "pascal", ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { lines: run.stdout.split("\n").slice(0, -1), errors: run.stderr, status: run.status };
}

describe("strata pascal --step", () => {
  test("commands from a pipe; the program reads a file", () => {
    const { lines, status } = strata(
      ["--step", "--input", "numbers", "sum.pas"],
      "break 9\nstep 2\n\nprint n\ncontinue\np total\nnext\nnext\nbt\nnext\n",
    );
    expect(lines).toEqual([
      "sum:4  total := 0;",
      "breakpoint 1 at sum:9",
      "sum:6  readln(n);",
      "sum:5  while not eof do begin",
      "n = 20",
      "breakpoint 1: sum:9  writeln(total:1);",
      "total = 42",
      "42",
      "sum:10  writeln(total div (n - n))",
      "run-time error: division by zero",
      "sum:10  writeln(total div (n - n))",
      "#0 sum:10  writeln(total div (n - n))",
      "the program does not run any more",
    ]);
    expect(status).toBe(3);
  });

  test("without a file the program has no input", () => {
    const { lines, status } = strata(["--step", "sum.pas"], "next\nnext\nnext\n");
    expect(lines.slice(-2)).toEqual(["0", "sum:10  writeln(total div (n - n))"]);
    expect(status).toBe(0);
  });

  test("a program that was compiled before, with its source beside it", () => {
    expect(strata(["--emit", "pco", "-o", "sum.pco", "sum.pas"], "").status).toBe(0);
    expect(strata(["--step", "sum.pco"], "step\nglobals\nquit\n").lines).toEqual([
      "sum:4  total := 0;",
      "sum:5  while not eof do begin",
      "input = a text file",
      "output = a text file",
      "n = no value",
      "total = 0",
    ]);
  });

  test("a file for the input that is not there is said", () => {
    const { errors, lines } = strata(["--input", "nothing", "sum.pas"], "");
    expect(lines).toEqual([]);
    expect(errors).toContain('the file "nothing" cannot be opened: there is none');
  });
});
