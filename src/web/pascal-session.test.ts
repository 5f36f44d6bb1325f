import { expect, test } from "vitest";
import { TextFiles } from "../boards/pmachine/text-files.ts";
import { compilePascal } from "../compile-pascal.ts";
import { Source } from "../language/pascal/diagnostics.ts";
import { PascalSession } from "./pascal-session.ts";

const text = `program p(output);
var n: integer;
function half(n: integer): integer;
begin
  half := n div (n - 4)
end;
begin
  n := 4;
  n := half(n)
end.
`;

function session(): PascalSession {
  return new PascalSession(compilePascal(text), new Source("p.pas", text), new TextFiles({}));
}

test("what is seen at a breakpoint", () => {
  const stepped = session();
  stepped.setBreakpoints([4]);
  stepped.begin("continue");
  expect(stepped.advance()).toBe(true);
  const { standing } = stepped;
  expect(standing).toMatchObject({
    reason: "breakpoint",
    isOver: false,
    stack: [],
    frames: [
      { routine: "half", line: 5 },
      { routine: "p", line: 9 },
    ],
    selected: 0,
  });
  expect(standing.locals.map(({ name, value, note }) => `${name} ${value} ${note}`)).toEqual([
    "n 4 parameter",
    "half no value result",
  ]);
  expect(standing.globals.map(({ name }) => name)).toContain("n");
  const at = standing.code.findIndex(({ isCurrent }) => isCurrent);
  expect(standing.code[at - 1]?.text).toBe("  ; 5: half := n div (n - 4)");
});

test("another routine is looked at", () => {
  const stepped = session();
  stepped.setBreakpoints([5]);
  stepped.begin("continue");
  stepped.advance();
  stepped.select(1);
  const { selected, locals, globals, code } = stepped.standing;
  expect([selected, locals.map(({ name }) => name), globals]).toEqual([1, ["output", "n"], []]);
  expect(code.find(({ isCurrent }) => isCurrent)?.text).toMatch(/call/);
});

test("an error can be looked at, an end cannot", () => {
  const stepped = session();
  stepped.begin("continue");
  stepped.advance();
  expect(stepped.standing).toMatchObject({
    reason: "run-time error: division by zero",
    isOver: true,
    isError: true,
    frames: [{ routine: "half" }, { routine: "p" }],
  });
  const ended = new PascalSession(
    compilePascal("program q; begin end."),
    new Source("q.pas", ""),
    new TextFiles({}),
  );
  ended.begin("continue");
  ended.advance();
  expect(ended.standing).toMatchObject({ reason: "ended with status 0", isOver: true, frames: [] });
});
