program t(output);
var i: integer;
begin
  i := 1; while i < 100 do i := i * 3; writeln(i); while false do writeln(0); while i > 0 do begin write(i mod 10); i := i div 10 end; writeln
end.
