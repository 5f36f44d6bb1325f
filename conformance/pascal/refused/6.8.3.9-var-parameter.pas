program t(output);
var a: integer;
procedure p(var i: integer); begin for i := 1 to 2 do writeln end;
begin
  p(a)
end.
