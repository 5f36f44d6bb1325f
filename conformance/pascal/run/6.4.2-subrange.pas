program t(output);
var d: 1..31; m: -12..12; i: integer;
begin
  d := 31; m := -12; i := d + m; writeln(d, m, i); m := m + d - 10; writeln(m)
end.
