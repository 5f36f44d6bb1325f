program t(output);
var r: real; i: integer;
procedure p(x: real); begin writeln(x:6:2) end;
function f: real; begin f := 3 end;
begin
  i := 7; r := i; writeln(r:6:2); p(i); p(2); writeln(f:4:1, i / 2:6:2, i * 1.5:6:2, i + 0.5:6:2, 1.5 - i:6:2)
end.
