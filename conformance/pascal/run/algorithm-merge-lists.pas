program t(output);
type l = ^n; n = record v: integer; next: l end;
function build(i, s, m: integer): l; var p: l; begin if i > m then build := nil else begin new(p); p^.v := i; p^.next := build(i + s, s, m); build := p end end;
function merge(a, b: l): l; begin if a = nil then merge := b else if b = nil then merge := a else if a^.v < b^.v then begin a^.next := merge(a^.next, b); merge := a end else begin b^.next := merge(a, b^.next); merge := b end end;
procedure show(p: l); begin if p <> nil then begin write(p^.v:3); show(p^.next) end end;
begin
  show(merge(build(1, 3, 20), build(2, 2, 20))); writeln
end.
