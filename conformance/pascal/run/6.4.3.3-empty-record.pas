program t(output);
type e = record end; f = record a: integer; end;
var x, y: e; z: f;
begin
  x := y; z.a := 1; writeln(z.a)
end.
