/**
 * A step of the build: keeps what V8 compiles of the command and of its interpreters, so that nobody waits for that. It runs the
 * command on a program in Pascal, and lets others of its processes run the least that a process, a machine and a p-machine can.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EM_RISCV, ET_EXEC, PF_R, PF_X, PT_LOAD } from "../formats/elf.ts";
import { TranslationDirectory } from "../host/node/translations/translation-directory.ts";
import { builtTranslations } from "./built-translations.ts";
import { compiledPath, loadCommand } from "./load-command.ts";

const program = `program example(output);
const most = 20;
type table = array [0..most] of integer;
     pair = record name: char; count: integer end;
var i: integer; x: real; isGood: boolean; values: table; one: pair;
procedure fill(var values: table; from: integer);
var i: integer;
begin
  for i := 0 to most do values[i] := from + i * i mod 7
end;
function sum(values: table): integer;
var i, total: integer;
begin
  total := 0; i := 0;
  while i <= most do begin total := total + values[i]; i := i + 1 end;
  sum := total
end;
begin
  fill(values, 3); x := sum(values) / 2; isGood := not (x > 1e6) and (values[2] <> 0);
  one.name := 'a'; one.count := trunc(x);
  repeat one.count := one.count div 2 until one.count < 5;
  case one.count of 0, 1: one.name := 'b'; 2, 3, 4: one.name := 'c' end;
  if isGood and (one.name in ['a'..'c']) then writeln('sum', x:8:2, one.count:4) else writeln(one.name)
end.
`;

/** li a7, 93; li a0, 0; ecall: exit(0). */
const exits = [0x05d0_0893, 0x0000_0513, 0x0000_0073];
/** li a7, 0x53525354; li a6, 0; li a0, 0; li a1, 0; ecall: SBI's system reset, a shutdown. */
const shutsDown = [0x5352_58b7, 0x3548_8893, 0x0000_0813, 0x0000_0513, 0x0000_0593, 0x0000_0073];

/** A static program for riscv64 that has one segment, with the headers before its code. */
function elf(address: number, code: readonly number[]): Uint8Array {
  const headers = 64 + 56;
  const size = headers + 4 * code.length;
  const view = new DataView(new ArrayBuffer(size));
  const long = (at: number, value: number): void => view.setBigUint64(at, BigInt(value), true);
  const half = (at: number, value: number): void => view.setUint16(at, value, true);
  for (const [at, byte] of [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1].entries()) view.setUint8(at, byte);
  half(16, ET_EXEC);
  half(18, EM_RISCV);
  view.setUint32(20, 1, true);
  long(24, address + headers);
  long(32, 64); // the program header's place
  half(52, 64);
  half(54, 56);
  half(56, 1);
  half(58, 64);
  view.setUint32(64, PT_LOAD, true);
  view.setUint32(68, PF_R | PF_X, true);
  for (const at of [80, 88]) long(at, address);
  for (const at of [96, 104]) long(at, size);
  long(112, 4096);
  for (const [index, bits] of code.entries()) view.setUint32(headers + 4 * index, bits, true);
  return new Uint8Array(view.buffer);
}

const folder = mkdtempSync(join(tmpdir(), "strata-build-"));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o755 });
  return path;
};
const pascal = file("example.pas", program);
keepInterpreters();
process.argv.splice(2, process.argv.length, "pascal", pascal);
const script = loadCommand();
process.on("exit", (status) => {
  rmSync(folder, { recursive: true });
  if (status === 0) writeFileSync(compiledPath, script.createCachedData());
});

function keepInterpreters(): void {
  const command = fileURLToPath(new URL("./main.js", import.meta.url));
  const env = { ...process.env, STRATA_CACHE: folder };
  const kernel = file("kernel", elf(0x8020_0000, shutsDown));
  for (const args of [
    ["exec", file("program", elf(0x1_0000, exits))],
    ["run", "--kernel", kernel, "--initrd", file("initrd", new Uint8Array(1))],
    ["pascal", "--technique", "interpret", pascal],
  ])
    execFileSync(process.execPath, [command, ...args], { env, stdio: "ignore" });
  TranslationDirectory.copyModules(join(folder, "translations"), builtTranslations);
}
