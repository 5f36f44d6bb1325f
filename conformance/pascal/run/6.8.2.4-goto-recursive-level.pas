program t(output);
procedure r(d: integer); label 7; var mine: integer;
procedure jump; begin goto 7 end;
begin mine := d; if d < 3 then r(d + 1); if d = 2 then jump; write(d);
7: writeln(mine) end;
begin
  r(1)
end.
