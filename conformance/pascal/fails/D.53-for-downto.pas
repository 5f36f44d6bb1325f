program t(output);
var i: 1..10; a: integer;
begin
  a := 0; for i := 5 downto a do writeln
end.
