program strings(output);
const width = 80; rounds = 300000;
type line = packed array [1..80] of char;
var a, b: line; i, round, sum: integer;
procedure put(var l: line; at, n: integer);
begin
  repeat l[at] := chr(ord('0') + n mod 10); n := n div 10; at := at - 1 until (n = 0) or (at = 0)
end;
begin
  for i := 1 to width do a[i] := ' ';
  sum := 0;
  for round := 1 to rounds do begin
    put(a, round mod width + 1, round);
    for i := 1 to width do if a[i] = ' ' then b[i] := '.' else b[i] := a[i];
    if b > a then sum := sum + 1;
    for i := 1 to width do if b[i] in ['0'..'4'] then sum := (sum + ord(b[i])) mod 1000000;
    if round mod 100 = 0 then for i := 1 to width do a[i] := ' '
  end;
  writeln(b); writeln(sum)
end.
