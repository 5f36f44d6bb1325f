program t(output);
type r = record x: integer; r: char end;
var v: r; x: real;
begin
  v.x := 1; v.r := 'c'; x := 2.5;
  writeln(v.x, v.r, x:4:1)
end.
