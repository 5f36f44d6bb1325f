program t(output);
var i: integer;
procedure p(var a: integer); begin a := 1 end;
begin
  for i := 1 to 2 do p(i)
end.
