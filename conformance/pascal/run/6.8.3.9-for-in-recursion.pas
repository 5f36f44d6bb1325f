program t(output);
procedure p(n: integer); var i: integer; begin for i := 1 to n do begin write(n); p(n - 1) end end;
begin
  p(3); writeln
end.
