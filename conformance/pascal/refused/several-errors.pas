program several(output);
const limit = 10
var i, total: integer;
    name: packed array [1..8] of char;
begin
  total = 0;
  for i := 1 to limt do
    total := total + i
  name := 'short';
  if total > 5 then
    writeln('large');
  else
    writeln('small', totla)
end.
