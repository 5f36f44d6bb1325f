program t(output);
type l = ^n; n = record v: integer; next: l end;
var p: l;
begin
  new(p); with p^ do begin v := 1; next := nil; new(next); next^.v := 2; next^.next := nil end; with p^.next^ do v := v + 10; with p^ do begin p := next; writeln(v) end; writeln(p^.v)
end.
