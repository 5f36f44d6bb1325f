program t(output);
procedure p(q: integer); begin writeln(q) end;
begin
  q := 2
end.
