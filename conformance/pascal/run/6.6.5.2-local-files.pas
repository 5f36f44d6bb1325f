program t(output);
procedure p(n: integer); var f: text; i: integer; begin rewrite(f); writeln(f, n * n); reset(f); read(f, i); writeln(i); if n > 1 then p(n - 1) end;
begin
  p(3)
end.
