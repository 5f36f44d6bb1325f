program t(output);
procedure a; begin end;
procedure p(function q: integer); begin writeln(q) end;
begin
  p(a)
end.
