program t(output);
var i: integer;
procedure p; begin for i := 1 to 2 do writeln end;
begin
  p
end.
