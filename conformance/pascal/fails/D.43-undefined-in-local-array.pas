program t(output);
procedure p; var a: array [1..100] of integer; begin a[1] := 2; writeln(a[99]) end;
begin
  p
end.
