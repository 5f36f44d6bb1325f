program t(output);
procedure p(a: integer); begin end;
begin
  writeln(p(1))
end.
