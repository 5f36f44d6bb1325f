program t(output);
procedure outer(procedure p(procedure q(i: integer))); procedure show(i: integer); begin writeln(i) end; begin p(show) end;
procedure call(procedure q(i: integer)); begin q(7) end;
begin
  outer(call)
end.
