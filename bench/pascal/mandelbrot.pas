program mandel(output);
var x, y, n, total: integer; cr, ci, zr, zi, t: real;
begin total := 0;
 for y := 0 to 1499 do for x := 0 to 1499 do begin cr := x / 750 - 1.5; ci := y / 750 - 1; zr := 0; zi := 0; n := 0;
 while (n < 100) and (zr*zr + zi*zi < 4) do begin t := zr*zr - zi*zi + cr; zi := 2*zr*zi + ci; zr := t; n := n + 1 end; total := (total + n) mod 1000000 end; writeln(total) end.
