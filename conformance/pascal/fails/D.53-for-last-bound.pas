program t(output);
var i: 1..10; a: integer;
begin
  a := 11; for i := 1 to a do writeln
end.
