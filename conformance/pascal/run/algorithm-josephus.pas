program t(output);
type l = ^n; n = record v: integer; next: l end;
var h, p: l; i: integer;
begin
  new(h); h^.v := 1; p := h; for i := 2 to 12 do begin new(p^.next); p := p^.next; p^.v := i end; p^.next := h;
  while p^.next <> p do begin for i := 1 to 2 do p := p^.next; write(p^.next^.v:3); h := p^.next; p^.next := h^.next; dispose(h) end; writeln(p^.v:5)
end.
