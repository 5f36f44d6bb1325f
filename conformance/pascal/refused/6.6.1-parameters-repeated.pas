program t(output);
procedure p(a: integer); forward;
procedure p(a: integer); begin writeln(a) end;
begin
  p(1)
end.
