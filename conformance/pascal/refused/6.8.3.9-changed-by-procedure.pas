program t(output);
var i: integer;
procedure p; begin i := 1 end;
begin
  for i := 1 to 2 do p
end.
