program t(output);
type integer = char;
var a: integer;
function abs(x: integer): integer;
begin abs := succ(x) end;
begin
  a := 'x'; writeln(abs(a))
end.
