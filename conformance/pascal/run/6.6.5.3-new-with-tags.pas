program t(output);
type k = (one, two); p = ^r; r = record case t: k of one: (a: integer); two: (b: char) end;
var x, y: p;
begin
  new(x, one); x^.t := one; x^.a := 5; new(y, two); y^.t := two; y^.b := 'b'; writeln(x^.a, y^.b); dispose(x, one); dispose(y, two)
end.
