program t(output);
function f: integer; begin f := 1 end;
procedure p(procedure q); begin q end;
begin
  p(f)
end.
