program t(output);
var r: record x: integer end;
procedure p; label 3; begin r.x := 0; 3: with r do begin x := x + 1; if x < 4 then goto 3 end; writeln(r.x) end;
begin
  p
end.
