program t(output);
const n = 1;
var x: integer;
procedure p;
const n = 2;
var x: integer;
begin x := n; writeln(x) end;
begin
  x := n; p; writeln(x)
end.
