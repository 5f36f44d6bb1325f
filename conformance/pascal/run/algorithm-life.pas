program t(output);
const n = 8;
type grid = array [0..9, 0..9] of boolean;
var g, h: grid; i, j, k, s, x, y: integer;
begin
  for i := 0 to 9 do for j := 0 to 9 do g[i, j] := false; g[2, 3] := true; g[3, 4] := true; g[4, 2] := true; g[4, 3] := true; g[4, 4] := true;
  for k := 1 to 4 do begin h := g; for i := 1 to n do for j := 1 to n do begin s := 0; for x := -1 to 1 do for y := -1 to 1 do if (x <> 0) or (y <> 0) then s := s + ord(g[i + x, j + y]); h[i, j] := (s = 3) or g[i, j] and (s = 2) end; g := h end;
  for i := 1 to n do begin for j := 1 to n do if g[i, j] then write('*') else write('.'); writeln end
end.
