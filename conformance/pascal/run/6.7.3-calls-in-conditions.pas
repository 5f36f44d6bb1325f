program t(output);
function p(i: integer): boolean; begin p := i mod 2 = 0 end;
begin
  if p(2) and p(4) then writeln(1); if p(1) or p(3) then writeln(2) else writeln(3); if (p(2) and p(3)) = p(5) then writeln(4); writeln(p(2) and not p(3) or p(7), ord(p(6)) + ord(p(8)))
end.
