program t(output);
type link = ^node; node = record v: integer; next: link end;
var head, p: link; i, s: integer;
begin
  head := nil; for i := 1 to 10 do begin new(p); p^.v := i; p^.next := head; head := p end;
  p := head; s := 0; while p <> nil do begin write(p^.v:3); s := s + p^.v; p := p^.next end; writeln; writeln(s);
  while head <> nil do begin p := head; head := head^.next; dispose(p) end; writeln(head = nil)
end.
