program t(output);
var f: array [1..3] of text; i, k: integer;
begin
  for i := 1 to 3 do begin rewrite(f[i]); write(f[i], i * 100) end; for i := 3 downto 1 do begin reset(f[i]); read(f[i], k); write(k) end; writeln
end.
