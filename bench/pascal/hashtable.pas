program hashtable(output);
const size = 4096; keys = 100000;
type link = ^entry; entry = record key, count: integer; next: link end;
var table: array [0..4095] of link; i, round, seed, total: integer; p: link;
procedure add(k: integer);
var p: link; found: boolean; h: integer;
begin
  h := k mod size; p := table[h]; found := false;
  while (p <> nil) and not found do
    if p^.key = k then begin p^.count := p^.count + 1; found := true end else p := p^.next;
  if not found then begin
    new(p); p^.key := k; p^.count := 1; p^.next := table[h]; table[h] := p
  end
end;
begin
  for i := 0 to size - 1 do table[i] := nil;
  seed := 1;
  for round := 1 to 600 do for i := 1 to keys do begin seed := (seed * 421 + 1663) mod 7875; add(seed * 13) end;
  total := 0;
  for i := 0 to size - 1 do begin p := table[i]; while p <> nil do begin total := (total + p^.count) mod 1000000; p := p^.next end end;
  writeln(total)
end.
