/** `strata pascal` as a command: recursion as deep as the machine's stack, and the debugger driven through a pipe. */

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  // As the package builds it, but into the folder.
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const path = `${join(root, "node_modules", ".bin")}:${process.env.PATH}`;
  for (const name of ["build:bundle", "build:modules"]) {
    const line = scripts[name].replaceAll("dist/bin", join(folder, "dist", "bin"));
    execFileSync("sh", ["-c", line], { cwd: root, env: { ...process.env, PATH: path } });
  }
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

describe("recursion", () => {
  const source = (depth: number): string =>
    `program deep(output); function sum(n: integer): integer;
begin if n = 0 then sum := 0 else sum := 1 + sum(n - 1) end; begin writeln(sum(${depth}):1) end.`;

  test("as deep as in Free Pascal's eight megabytes", () => {
    writeFileSync(join(folder, "deep.pas"), source(300_000));
    expect(strata(["deep.pas"], "")).toMatchObject({ lines: ["300000"], errors: "", status: 0 });
  });

  test("too deep is an error of the program", () => {
    writeFileSync(join(folder, "deep.pas"), source(100_000_000));
    const { errors, status } = strata(["deep.pas"], "");
    expect(errors).toContain("deep.pas:1:32: run-time error: the stack is full");
    expect(status).toBe(3);
  });

  test("a translated program recurses as deep", () => {
    writeFileSync(join(folder, "deep.pas"), source(300_000));
    expect(strata(["--emit", "wasm", "-o", "deep.wasm", "deep.pas"], "").status).toBe(0);
    expect(strata(["deep.wasm"], "").lines).toEqual(["300000"]);
  });
});

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
