program t(output);
type p = ^r; r = record case b: boolean of true: (x: integer); false: () end;
var a: p; k: boolean;
begin
  k := true; new(a, k)
end.
