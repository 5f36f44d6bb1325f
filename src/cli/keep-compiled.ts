/** A step of the build: runs the command on a program in Pascal, and keeps what V8 compiled of it meanwhile. */

import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

const path = join(tmpdir(), `strata-example-${process.pid}.pas`);
writeFileSync(path, program);
process.argv.splice(2, process.argv.length, "pascal", path);
const script = loadCommand();
process.on("exit", (status) => {
  rmSync(path);
  if (status === 0) writeFileSync(compiledPath, script.createCachedData());
});
