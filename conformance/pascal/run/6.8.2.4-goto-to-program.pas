program t(output);
label 1;
var n: integer;
procedure p; procedure q; begin n := n + 1; goto 1 end; begin q; writeln(0) end;
begin
  n := 0;
  1: writeln(n); if n < 3 then p; writeln(100)
end.
