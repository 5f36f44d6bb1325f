program t(output);
var i: 1..10; a: integer;
begin
  a := 0; for i := a to 5 do writeln
end.
