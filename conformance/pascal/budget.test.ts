/** The interpreter runs exactly as many instructions as it may, wherever that ends in a sequence that has one handler. */

import { expect, test } from "vitest";
import { PascalFiles } from "../../src/host/node/pascal-files.ts";
import { compilePascal, PMachine } from "../../src/index.ts";

const program = `program budget;
type list = array [0..9] of integer;
var i, sum: integer; values: list;
function half(n: integer): integer;
begin
  if n > 1 then half := half(n - 2) + 1 else half := 0
end;
begin
  sum := 0;
  for i := 0 to 9 do values[i] := i * i mod 7;
  for i := 0 to 9 do if values[i] <> 4 then sum := sum + half(values[i])
end.
`;

function machine(): PMachine {
  const made = new PMachine({ files: new PascalFiles([], "/dev/null"), technique: "interpret" });
  made.load(compilePascal(program));
  return made;
}

test("a run with any budget ends where single steps lead", () => {
  const single = machine();
  const places: number[] = [single.memory.pc];
  while (!single.runFor(1)) places.push(single.memory.pc);
  const other = machine();
  for (let budget = 1; ; budget = (budget % 13) + 1) {
    if (other.runFor(budget)) break;
    expect(other.memory.pc).toBe(places[other.processor.steps]);
  }
  expect(other.processor.steps).toBe(single.processor.steps);
});
