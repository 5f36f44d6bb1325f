program t(output);
type tree = ^node; node = record key: integer; left, right: tree end;
var root: tree; i: integer;
procedure insert(var t: tree; k: integer);
begin if t = nil then begin new(t); t^.key := k; t^.left := nil; t^.right := nil end
else if k < t^.key then insert(t^.left, k) else insert(t^.right, k) end;
procedure show(t: tree); begin if t <> nil then begin show(t^.left); write(t^.key:4); show(t^.right) end end;
begin
  root := nil; for i := 1 to 15 do insert(root, i * 37 mod 41); show(root); writeln
end.
