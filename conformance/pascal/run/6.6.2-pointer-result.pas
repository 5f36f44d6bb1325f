program t(output);
type p = ^n; n = record v: integer; next: p end;
var q: p;
function cons(v: integer; next: p): p; var c: p; begin new(c); c^.v := v; c^.next := next; cons := c end;
begin
  q := cons(1, cons(2, cons(3, nil))); while q <> nil do begin write(q^.v); q := q^.next end; writeln
end.
