program t(output);
type p = ^r; r = record case b: boolean of true: (x: integer); false: () end;
var a: p;
begin
  new(a, 3)
end.
