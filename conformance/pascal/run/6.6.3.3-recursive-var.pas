program t(output);
procedure count(n: integer; var c: integer); begin c := c + 1; if n > 0 then begin count(n - 1, c); count(n - 1, c) end end;
procedure run; var k: integer; begin k := 0; count(6, k); writeln(k) end;
begin
  run
end.
