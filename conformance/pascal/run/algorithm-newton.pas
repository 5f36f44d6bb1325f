program t(output);
function root(x: real): real; var r, s: real; begin r := x; repeat s := r; r := (r + x / r) / 2 until abs(r - s) < 1e-9; root := r end;
begin
  writeln(root(2):12:8, root(10):12:8, root(12345):14:8)
end.
