program t(output);
var n: integer; p: ^integer;
function f(b: boolean): boolean; begin n := n + 1; f := b end;
begin
  n := 0; p := nil; if (p <> nil) and (p^ > 0) then writeln(1) else writeln(2);
  if f(true) or (1 = 1) then writeln(n > 0); if not (f(false) and f(true)) then writeln(3)
end.
