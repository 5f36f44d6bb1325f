program t(output);
function f: integer; begin f := 1 end;
procedure p(var a: integer); begin end;
begin
  p(f)
end.
