program t(output);
var x: integer; r: record x: integer; s: record x: char end end;
begin
  x := 1; r.x := 2; with r do begin x := x + 5; with s do x := 'q' end; writeln(x, r.x, r.s.x); with r, s do writeln(x)
end.
