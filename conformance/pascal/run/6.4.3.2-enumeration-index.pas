program t(output);
type c = (red, green, blue);
var a: array [c] of integer; b: array [green..blue] of char; k: c;
begin
  for k := red to blue do a[k] := 2 * ord(k); b[green] := 'g'; b[blue] := 'b';
  writeln(a[red], a[green], a[blue], b[green], b[blue])
end.
