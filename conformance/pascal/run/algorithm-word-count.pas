program t(input, output);
type word = packed array [1..8] of char; link = ^entry; entry = record w: word; n: integer; l, r: link end;
var root: link; w: word; i: integer; c: char;
procedure count(var t: link); begin if t = nil then begin new(t); t^.w := w; t^.n := 1; t^.l := nil; t^.r := nil end else if w < t^.w then count(t^.l) else if w > t^.w then count(t^.r) else t^.n := t^.n + 1 end;
procedure show(t: link); begin if t <> nil then begin show(t^.l); writeln(t^.w, t^.n:3); show(t^.r) end end;
begin
  root := nil; i := 0; w := '        ';
  while not eof do begin while not eoln do begin read(c); if c in ['a'..'z'] then begin if i < 8 then begin i := i + 1; w[i] := c end end else if i > 0 then begin count(root); i := 0; w := '        ' end end; readln; if i > 0 then begin count(root); i := 0; w := '        ' end end; show(root)
end.
