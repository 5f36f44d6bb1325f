program t(output);
function a: char; begin a := 'x' end;
procedure p(function q: integer); begin writeln(q) end;
begin
  p(a)
end.
