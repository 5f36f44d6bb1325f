import { describe, expect, test } from "vitest";
import { compilePascal } from "../../../cli/pascal-program.ts";
import type { ProgramImage } from "../program-image.ts";
import { DebuggerCommands } from "./commands.ts";
import { Debugger } from "./debugger.ts";
import { drawScreen } from "./screen.ts";

/** What a debugger prints for commands, one after the other. */
class Session {
  readonly target: Debugger;
  readonly commands: DebuggerCommands;
  output = "";

  constructor(source: string, image: ProgramImage = compilePascal(source)) {
    const write = (bytes: Uint8Array): void => {
      this.output += Buffer.from(bytes).toString("latin1");
    };
    const files = { open: () => ({ read: () => 0, write, close: () => {} }) };
    this.target = new Debugger({ image, files, memoryBytes: 2 ** 26 });
    const lines = source.split("\n");
    this.commands = new DebuggerCommands(this.target, (line) => lines[line - 1]);
  }

  do(command: string): readonly string[] {
    const { lines, run } = this.commands.execute(command);
    if (!run) return lines;
    let stop = this.target.run(run.goal);
    for (let more = run.count - 1; more > 0; more--) stop = this.target.run(run.goal);
    return this.commands.describe(stop);
  }

  /** The last line that each command prints. */
  all(...commands: string[]): readonly (string | undefined)[] {
    return commands.map((command) => this.do(command).at(-1));
  }
}

const recursive = `program p(output);
var n: integer;
function fact(n: integer): integer;
begin
  if n < 2 then
    fact := 1
  else
    fact := n * fact(n - 1)
end;
procedure show(x: integer);
begin
  writeln(x)
end;
begin
  n := 3;
  show(fact(n));
  n := 0
end.
`;

describe("where a program stops", () => {
  test("it begins at its first statement", () => {
    expect(new Session(recursive).commands.views.here()).toBe("p:15  n := 3;");
  });

  test("step goes into routines, and to who called", () => {
    const session = new Session(recursive);
    expect(session.all("step", "step", "step", "step", "step", "step")).toEqual([
      "p:16  show(fact(n));",
      "fact:5  if n < 2 then",
      "fact:8  fact := n * fact(n - 1)",
      "fact:5  if n < 2 then",
      "fact:8  fact := n * fact(n - 1)",
      "fact:5  if n < 2 then",
    ]);
    expect(session.all("step", "step", "step", "step")).toEqual([
      "fact:6  fact := 1",
      "fact:9  end;",
      "fact:8  fact := n * fact(n - 1)",
      "fact:9  end;",
    ]);
  });

  test("next goes over calls, however deep, and to who called", () => {
    const session = new Session(recursive);
    expect(session.all("next", "next", "next", "next")).toEqual([
      "p:16  show(fact(n));",
      "p:17  n := 0",
      "p:18  end.",
      "the program has ended, status 0",
    ]);
    const inside = new Session(recursive);
    expect(inside.all("step 3", "next", "next", "next")).toEqual([
      "fact:8  fact := n * fact(n - 1)",
      "fact:9  end;",
      "p:16  show(fact(n));",
      "p:17  n := 0",
    ]);
  });

  test("finish goes to where the routine was called", () => {
    const session = new Session(recursive);
    expect(session.all("step 4", "where", "finish", "finish", "finish")).toEqual([
      "fact:5  if n < 2 then",
      "#2 p:16  show(fact(n));",
      "fact:8  fact := n * fact(n - 1)",
      "p:16  show(fact(n));",
      "the program has ended, status 0",
    ]);
    expect(session.output).toBe("          6\n");
  });

  test("breakpoints at lines and routines", () => {
    const session = new Session(recursive);
    expect(
      session.all("break 6", "break show", "break", "continue", "p n", "delete 1", "continue", "p x", "c"),
    ).toEqual([
      "breakpoint 1 at fact:6",
      "breakpoint 2 at show:12",
      "breakpoint 2 at show:12",
      "breakpoint 1: fact:6  fact := 1",
      "n = 1",
      undefined,
      "breakpoint 2: show:12  writeln(x)",
      "x = 6",
      "the program has ended, status 0",
    ]);
  });

  test("a line without code is that of the next one with code", () => {
    expect(new Session(recursive).all("break 7", "break 2", "break 99", "break nothing")).toEqual([
      "breakpoint 1 at fact:8",
      "breakpoint 2 at fact:5",
      "there is no code from line 99 on",
      'there is no routine "nothing"',
    ]);
  });

  test("breakpoints stop what goes over calls", () => {
    const session = new Session(recursive);
    expect(session.all("break 6", "next", "next", "where")).toEqual([
      "breakpoint 1 at fact:6",
      "p:16  show(fact(n));",
      "breakpoint 1: fact:6  fact := 1",
      "#3 p:16  show(fact(n));",
    ]);
    expect(session.all("finish", "next", "continue")).toEqual([
      "fact:8  fact := n * fact(n - 1)",
      "fact:9  end;",
      "the program has ended, status 0",
    ]);
  });

  test("a loop comes by its body again and again", () => {
    const session = new Session(
      "program p;\nvar i, s: integer;\nbegin\n  s := 0;\n  for i := 1 to 3 do\n    s := s + i;\n  while s > 4 do\n    s := s - 1\nend.\n",
    );
    const lines = Array.from({ length: 10 }, () => session.do("step")[0]?.split(" ")[0]);
    expect(lines).toEqual(["p:5", "p:6", "p:5", "p:6", "p:5", "p:6", "p:5", "p:7", "p:8", "p:7"]);
  });

  test("a jump out of a routine is where next and finish end", () => {
    const source =
      "program p;\nlabel 1;\nprocedure q(n: integer);\nbegin\n  if n = 0 then\n    goto 1;\n  q(n - 1)\nend;\nbegin\n  q(3);\n  q(4);\n1:\n  q(-1)\nend.\n";
    expect(new Session(source).all("next")).toEqual(["p:13  q(-1)"]);
    expect(new Session(source).all("step 3", "finish")).toEqual(["q:5  if n = 0 then", "p:13  q(-1)"]);
  });

  test("an instruction at a time", () => {
    const session = new Session(recursive);
    expect(session.all("stepi", "stack")).toEqual(["p:15  n := 3;", "e0 = 3"]);
    const [here] = session.do("code").filter((line) => line.startsWith("=>"));
    expect(here).toMatch(/^=> +\d+ {2}st[lg]w /);
  });

  test("an error stays to be looked at", () => {
    const session = new Session(
      "program p;\nvar a: array [1..3] of integer; i: integer;\nbegin\n  i := 4;\n  a[i] := 1\nend.\n",
    );
    expect(session.do("continue")).toEqual([
      "run-time error: the index is outside the array: 4",
      "p:5  a[i] := 1",
    ]);
    expect(session.all("p i", "step", "where")).toEqual([
      "i = 4",
      "the program does not run any more",
      "#0 p:5  a[i] := 1",
    ]);
  });

  test("a program that does not end can be interrupted", () => {
    const session = new Session("program p;\nbegin\n  while true do\n    ;\nend.\n");
    session.target.begin("finish");
    expect(session.target.advance(10_000)).toBeUndefined();
    expect(session.target.interrupt()).toEqual({ kind: "interrupted" });
    expect(session.commands.views.here()).toBe("p:3  while true do");
  });
});

const values = `program p;
type colour = (red, green, blue);
     list = ^node;
     node = record name: packed array [1..3] of char; next: list end;
     shape = record case round: Boolean of true: (radius: real); false: (width, height: integer) end;
var i, j: integer; c: char; b: Boolean; k: colour; r: real; u: integer;
    s: set of colour; t: set of char; w: packed array [1..5] of char;
    a: array [1..10] of integer; m: array [colour, 0..1] of 1..9;
    l, e: list; h: shape; f: text;
    q: packed array [0..3] of Boolean;
procedure inner(var v: integer; x: array [lo..hi: integer] of integer; procedure act(z: integer));
var own: real;
  procedure deep;
  begin
    own := v
  end;
begin
  deep
end;
procedure nothing(z: integer);
begin
end;
procedure call(x: packed array [lo..hi: integer] of char);
begin
  i := hi
end;
begin
  i := -5; c := ''''; b := true; k := green; r := 2.5;
  s := [red, blue]; t := ['a'..'e', 'z']; w := 'it''s ';
  for j := 1 to 9 do a[j] := 7;
  a[1] := 0;
  m[blue, 1] := 3;
  new(l); l^.name := 'abc'; new(l^.next); l^.next^.name := 'xyz'; l^.next^.next := nil;
  e := nil;
  h.round := true; h.radius := 1;
  q[0] := true;
  call('hello');
  i := 2;
  inner(i, a, nothing)
end.
`;

describe("values as Pascal writes them", () => {
  const session = new Session(values);
  session.all("break deep", "continue");

  test.each([
    ["i", "2"],
    ["c", "''''"],
    ["b", "true"],
    ["k", "green"],
    ["r", "2.5"],
    ["u", "no value"],
    ["s", "[red, blue]"],
    ["t", "['a'..'e', 'z']"],
    ["w", "'it''s '"],
    ["a", "(0, 7 8 times, no value)"],
    ["m[blue, 1]", "3"],
    ["m", "((no value 2 times) 2 times, (no value, 3))"],
    ["l^", "(name: 'abc'; next: ^N)"],
    ["l^.next^.name", "'xyz'"],
    ["l^.next^.next", "nil"],
    ["e", "nil"],
    ["h", "(round: true; radius: 1.0)"],
    ["f", "a text file"],
    ["q[0]", "true"],
    ["a[i]", "7"],
    ["a[a[1]]", "the index 0 is outside the array"],
    ["w[i]", "'t'"],
    ["v", "2"],
    ["x[2]", "7"],
    ["lo", "1"],
    ["own", "no value"],
  ])("%s is %s", (variable, value) => {
    const [line = ""] = session.do(`print ${variable}`);
    expect(line.replace(/^.* = /, "").replace(/\^\d+/, "^N")).toBe(value);
  });

  test.each([
    ["zz", 'there is no variable "zz" here'],
    ["", "a variable is needed"],
    ["a[1", '"]" is missing'],
    ["i.x", "this is no record"],
    ["l^.zz", 'the record has no field "zz"'],
    ["i^", "this is no pointer"],
    ["e^.name", "the pointer is nil"],
    ["i[1]", "this is no array"],
    ["i i", '"i" is not understood here'],
    ["a[u]", "an index has no value"],
    ["%", '"%" is no variable'],
  ])("print %s says what is wrong", (variable, message) => {
    expect(session.do(`print ${variable}`)).toEqual([message]);
  });

  test("locals of the routines that are running", () => {
    expect(session.do("locals")).toEqual(["this routine has no variables"]);
    expect(session.do("up")).toEqual(["#1 inner:18  deep"]);
    expect(session.do("locals")).toEqual([
      "v = 2 (var parameter)",
      "x = (0, 7 8 times, no value) (array parameter)",
      "own = no value",
      "act = nothing (routine parameter)",
      "lo = 1 (bound)",
      "hi = 10 (bound)",
    ]);
    expect(session.all("up", "up", "frame 0", "down")).toEqual([
      "#2 p:39  inner(i, a, nothing)",
      "there is no such routine",
      "#0 deep:15  own := v",
      "there is no such routine",
    ]);
  });

  test("the static chain", () => {
    expect(session.do("display").map((line) => line.replace(/\d+$/, "N"))).toEqual([
      "level 2: deep, frame N",
      "level 1: inner, frame N",
      "level 0: p, frame N",
    ]);
  });
});

describe("strings of varying length", () => {
  const source = `program p;
type name = string[10];
     person = record first: name; age: integer end;
var s, empty: string; who: person; all: array [1..3] of name; n: integer;
function twice(t: name): string;
begin
  twice := t + t;
  n := length(t)
end;
begin
  s := 'it''s me';
  who.first := 'Ada'; who.age := 36;
  all[2] := who.first;
  n := 3;
  s := twice(s)
end.
`;
  const session = new Session(source, compilePascal(source, { dialect: "turbo" }));
  session.all("break 8", "continue");

  test.each([
    ["s", "'it''s me'"],
    ["s[1]", "'i'"],
    ["s[n]", "''''"],
    ["s[0]", "chr(7)"],
    ["empty", "''"],
    ["who", "(first: 'Ada'; age: 36)"],
    ["who.first[3]", "'a'"],
    ["who.first[11]", "the index 11 is outside the array"],
    ["all", "('', 'Ada', '')"],
    ["t", "'it''s me'"],
    ["twice", "'it''s meit''s me'"],
  ])("%s is %s", (variable, value) => {
    const [line = ""] = session.do(`print ${variable}`);
    expect(line.replace(/^.* = /, "")).toBe(value);
  });
});

test("the source, with where the program is", () => {
  expect(new Session(recursive).do("list").slice(4, 7)).toEqual([
    "     14  begin",
    "=>   15    n := 3;",
    "     16    show(fact(n));",
  ]);
  expect(new Session(recursive).do("list 1").at(0)).toBe("      1  program p(output);");
});

test("an empty line repeats what goes on", () => {
  expect(new Session(recursive).all("next", "", "p n", "")).toEqual([
    "p:16  show(fact(n));",
    "p:17  n := 0",
    "n = 3",
    undefined,
  ]);
});

test("what is no command is said", () => {
  expect(new Session(recursive).all("frobnicate", "step x", "frame x", "delete 7")).toEqual([
    'there is no command "frobnicate": help lists all',
    '"x" is no number of times',
    "there is no such routine",
    "there is no breakpoint 7",
  ]);
});

test("a screen fits", () => {
  const session = new Session(values);
  session.all("break deep", "continue", "up");
  const lines = drawScreen(session.target, session.commands.views, "a\nb\x1b[2J\nc\nd\ne\nf", {
    columns: 60,
    rows: 24,
  });
  expect(lines.length).toBeLessThan(24);
  expect(lines.filter((line) => line.length > 60)).toEqual([]);
  expect(lines[0]).toMatch(/^── #1 inner:18 {2}deep ─+$/);
  expect(lines.some((line) => /^=> +18 {2} *deep +.*\d+ {2}\w/.test(line))).toBe(true);
  expect(lines).toContain("v = 2 (var parameter)");
  expect(lines.slice(-4)).toEqual(["c", "d", "e", "f"]);
});
