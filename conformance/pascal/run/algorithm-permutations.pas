program t(output);
var a: array [1..4] of integer; i: integer;
procedure perm(k: integer); var i, t: integer; begin if k = 1 then begin for i := 1 to 4 do write(a[i]:1); write(' ') end else for i := 1 to k do begin t := a[i]; a[i] := a[k]; a[k] := t; perm(k - 1); t := a[i]; a[i] := a[k]; a[k] := t end end;
begin
  for i := 1 to 4 do a[i] := i; perm(4); writeln
end.
