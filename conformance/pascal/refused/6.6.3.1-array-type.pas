program t(output);
procedure p(a: array [1..5] of integer); begin end;
begin
  writeln(1)
end.
