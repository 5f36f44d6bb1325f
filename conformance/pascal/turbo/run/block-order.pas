var total_count: integer;
const first_part = 3;
procedure add(n: integer);
begin total_count := total_count + n end;
type small = 1..10;
var s: small;
const second_part = 4;
begin
  total_count := 0;
  s := first_part;
  add(s); add(second_part);
  writeln(total_count)
end.
