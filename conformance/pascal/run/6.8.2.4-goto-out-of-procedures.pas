program t(output);
procedure outer; label 5; var n: integer;
procedure inner(k: integer); begin n := n + 1; if k = 0 then goto 5; inner(k - 1); n := 1000 end;
begin n := 0; inner(4); writeln(0);
5: writeln(n) end;
begin
  outer; outer
end.
