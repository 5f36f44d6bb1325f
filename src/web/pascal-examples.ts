/** Programs to begin with. */

import type { Dialect } from "../language/pascal/dialect.ts";

export interface PascalExample {
  readonly name: string;
  readonly dialect: Dialect;
  /** What there is to read. */
  readonly input: string;
  readonly text: string;
}

export const examples: readonly PascalExample[] = [
  {
    name: "Hello",
    dialect: "iso",
    input: "",
    text: `program hello(output);
begin
  writeln('Hello from a p-machine!')
end.
`,
  },
  {
    name: "Primes: the sieve",
    dialect: "iso",
    input: "",
    text: `program primes(output);
const
  most = 2000000;
var
  isprime: packed array [2..most] of Boolean;
  n, multiple, count: integer;
begin
  for n := 2 to most do
    isprime[n] := true;
  count := 0;
  for n := 2 to most do
    if isprime[n] then begin
      count := count + 1;
      if count <= 20 then
        write(n:4);
      multiple := n;
      while multiple <= most - n do begin
        multiple := multiple + n;
        isprime[multiple] := false
      end
    end;
  writeln;
  writeln(count:1, ' primes up to ', most:1)
end.
`,
  },
  {
    name: "Eight queens: recursion",
    dialect: "iso",
    input: "",
    text: `program queens(output);
const
  size = 8;
var
  row: array [1..size] of 1..size;
  isfree: array [1..size] of Boolean;
  up: array [2..16] of Boolean;
  down: array [-7..7] of Boolean;
  i, solutions: integer;

procedure show;
var
  x, y: 1..size;
begin
  for y := 1 to size do begin
    for x := 1 to size do
      if row[x] = y then
        write(' Q')
      else
        write(' .');
    writeln
  end
end;

{ Puts a queen into each column from x on. }
procedure place(x: integer);
var
  y: integer;
begin
  for y := 1 to size do
    if isfree[y] and up[x + y] and down[x - y] then begin
      row[x] := y;
      isfree[y] := false; up[x + y] := false; down[x - y] := false;
      if x < size then
        place(x + 1)
      else begin
        solutions := solutions + 1;
        if solutions = 1 then
          show
      end;
      isfree[y] := true; up[x + y] := true; down[x - y] := true
    end
end;

begin
  for i := 1 to size do
    isfree[i] := true;
  for i := 2 to 16 do
    up[i] := true;
  for i := -7 to 7 do
    down[i] := true;
  solutions := 0;
  place(1);
  writeln(solutions:1, ' solutions')
end.
`,
  },
  {
    name: "A sorted list: records and pointers",
    dialect: "iso",
    input: "42 7 19 3 28 -5\n",
    text: `program list(input, output);
type
  link = ^node;
  node = record
    value: integer;
    next: link
  end;
var
  first: link;
  n: integer;

procedure insert(value: integer; var place: link);
var
  made: link;
begin
  if place = nil then begin
    new(place);
    place^.value := value;
    place^.next := nil
  end
  else if place^.value < value then
    insert(value, place^.next)
  else begin
    new(made);
    made^.value := value;
    made^.next := place;
    place := made
  end
end;

procedure print(from: link);
begin
  while from <> nil do
    with from^ do begin
      write(value:5);
      from := next
    end;
  writeln
end;

begin
  first := nil;
  writeln('Numbers in a line, please:');
  while not eoln do begin
    read(n);
    insert(n, first)
  end;
  print(first)
end.
`,
  },
  {
    name: "Letters: sets",
    dialect: "iso",
    input: "The quick brown fox jumps over the lazy dog\n",
    text: `program letters(input, output);
type
  letters = set of 'a'..'z';
  title = packed array [1..10] of char;
var
  seen, vowels: letters;
  c: char;

function lower(c: char): char;
begin
  if c in ['A'..'Z'] then
    lower := chr(ord(c) - ord('A') + ord('a'))
  else
    lower := c
end;

procedure print(what: title; these: letters);
var
  c: char;
begin
  write(what, ': ');
  for c := 'a' to 'z' do
    if c in these then
      write(c);
  writeln
end;

begin
  vowels := ['a', 'e', 'i', 'o', 'u'];
  seen := [];
  while not eoln do begin
    read(c);
    if lower(c) in ['a'..'z'] then
      seen := seen + [lower(c)]
  end;
  print('seen      ', seen);
  print('vowels    ', seen * vowels);
  print('consonants', seen - vowels);
  print('missing   ', ['a'..'z'] - seen)
end.
`,
  },
  {
    name: "Greetings: strings of Turbo Pascal",
    dialect: "turbo",
    input: "",
    text: `program greet;
var
  name, shout: string;
  i: integer;
begin
  repeat
    write('Who are you? (an empty line ends this) ');
    readln(name);
    if name <> '' then begin
      shout := '';
      for i := length(name) downto 1 do
        shout := shout + name[i];
      case name[1] of
        'A'..'Z': writeln('Hello, ' + name + '! Backwards: ' + shout)
        else writeln('Hello, ', name, '. A capital would be nice.')
      end
    end
  until name = ''
end.
`,
  },
  {
    name: "Mandelbrot: reals",
    dialect: "iso",
    input: "",
    text: `program mandelbrot(output);
const
  columns = 72;
  rows = 28;
  most = 2000;
var
  column, row, count: integer;
  cr, ci, zr, zi, zr2, zi2: real;
begin
  for row := 0 to rows - 1 do begin
    for column := 0 to columns - 1 do begin
      cr := column / columns * 3 - 2.2;
      ci := row / rows * 2.4 - 1.2;
      zr := 0; zi := 0; zr2 := 0; zi2 := 0;
      count := 0;
      while (count < most) and (zr2 + zi2 < 4) do begin
        zi := 2 * zr * zi + ci;
        zr := zr2 - zi2 + cr;
        zr2 := sqr(zr);
        zi2 := sqr(zi);
        count := count + 1
      end;
      if count = most then
        write('#')
      else if count > 12 then
        write('+')
      else if count > 5 then
        write('.')
      else
        write(' ')
    end;
    writeln
  end
end.
`,
  },
  {
    name: "An error at run time",
    dialect: "iso",
    input: "",
    text: `program average(output);
type
  numbers = array [1..10] of integer;
var
  all: numbers;

function mean(values: numbers; count: integer): integer;
var
  i, sum: integer;
begin
  sum := 0;
  for i := 1 to count do
    sum := sum + values[i];
  mean := sum div count
end;

procedure report(count: integer);
begin
  writeln('the mean of ', count:1, ' is ', mean(all, count):1);
  report(count - 1)
end;

begin
  all[1] := 10; all[2] := 20; all[3] := 60;
  report(3)
end.
`,
  },
];
