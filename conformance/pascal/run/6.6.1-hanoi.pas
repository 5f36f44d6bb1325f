program t(output);
var moves: integer;
procedure move(n, a, b, c: integer);
begin if n > 0 then begin move(n - 1, a, c, b); moves := moves + 1; if n > 3 then write(a:2, c:2); move(n - 1, b, a, c) end end;
begin
  moves := 0; move(5, 1, 2, 3); writeln; writeln(moves)
end.
