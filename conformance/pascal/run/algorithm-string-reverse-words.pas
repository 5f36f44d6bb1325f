program t(output);
type s = packed array [1..20] of char;
var a: s; i, j, k: integer;
begin
  a := 'one two three four  '; j := 20; while j >= 1 do begin while (j > 1) and (a[j] = ' ') do j := j - 1; i := j; while (i > 1) and (a[i] <> ' ') do i := i - 1; if a[i] = ' ' then k := i + 1 else k := i; while k <= j do begin write(a[k]); k := k + 1 end; write(' '); j := i - 1 end; writeln
end.
