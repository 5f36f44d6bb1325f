program t(output);
var a, b: boolean;
begin
  for a := false to true do for b := false to true do
    writeln(a, b, a and b, a or b, not a, a = b, a <> b, a < b, a <= b, a > b, a >= b)
end.
