program t(output);
procedure a(var x: integer); begin end;
procedure p(procedure q(x: integer)); begin q(1) end;
begin
  p(a)
end.
